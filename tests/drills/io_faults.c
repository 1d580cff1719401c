/* A disk that fails, for a program that is started with this in LD_PRELOAD.

   IO_FAULT names a file that is read at every call; while it is there and not empty it orders one fault:
     CALLS once|always ERRNO   the next (every) call fails
     CALLS hang SECONDS        the next call takes so long
   CALLS is `sync` (fsync, fdatasync) or `write` (those too, and all that changes files). An order that was carried out
   once is taken away. Only files whose paths begin with IO_FAULT_FILES are meant. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static int meant(const char *path) {
    const char *files = getenv("IO_FAULT_FILES");
    return files && path && strncmp(path, files, strlen(files)) == 0;
}

static int meant_fd(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return meant(path);
}

/* 0, or -1 with errno: the call fails. */
static int fault(int is_sync) {
    char text[128], what[16], how[16];
    const char *file = getenv("IO_FAULT");
    int arg, before = errno;
    int fd = file ? syscall(SYS_openat, AT_FDCWD, file, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t length = fd < 0 ? 0 : syscall(SYS_read, fd, text, sizeof text - 1);
    if (fd >= 0) syscall(SYS_close, fd);
    errno = before;
    if (length <= 0) return 0;
    text[length] = 0;
    if (sscanf(text, "%15s %15s %d", what, how, &arg) != 3) return 0;
    if (strcmp(what, "sync") == 0 && !is_sync) return 0;
    if (strcmp(how, "always") != 0) syscall(SYS_unlinkat, AT_FDCWD, file, 0);
    if (strcmp(how, "hang") == 0) {
        sleep(arg);
        return 0;
    }
    errno = arg;
    return -1;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define ON_FD(name, sync, answer, parameters, arguments)              \
    answer name parameters {                                          \
        if (meant_fd(fd) && fault(sync)) return -1;                   \
        return REAL(name) arguments;                                  \
    }
#define ON_PATH(name, parameters, arguments)                          \
    int name parameters {                                             \
        if (meant(path) && fault(0)) return -1;                       \
        return REAL(name) arguments;                                  \
    }
#define OPENING(name)                                                 \
    int name(const char *path, int flags, ...) {                      \
        va_list more;                                                 \
        va_start(more, flags);                                        \
        mode_t mode = va_arg(more, mode_t);                           \
        va_end(more);                                                 \
        int changes = (flags & O_ACCMODE) != O_RDONLY || flags & O_CREAT; \
        if (changes && meant(path) && fault(0)) return -1;            \
        return REAL(name)(path, flags, mode);                         \
    }

ON_FD(fsync, 1, int, (int fd), (fd))
ON_FD(fdatasync, 1, int, (int fd), (fd))
ON_FD(write, 0, ssize_t, (int fd, const void *data, size_t size), (fd, data, size))
ON_FD(pwrite, 0, ssize_t, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
ON_FD(pwrite64, 0, ssize_t, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
ON_FD(ftruncate, 0, int, (int fd, off_t size), (fd, size))
ON_FD(ftruncate64, 0, int, (int fd, off64_t size), (fd, size))
ON_PATH(unlink, (const char *path), (path))
ON_PATH(mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(rename, (const char *path, const char *to), (path, to))
OPENING(open)
OPENING(open64)
