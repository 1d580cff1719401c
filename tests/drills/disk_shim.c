/* Preloaded into a daemon (LD_PRELOAD): writes down what it does to the files below DISK_ROOT, in order, with what it
 * says on sockets and on stderr in between; and kills it at a commit point. tests/drills/disk_record.py reads it.
 *
 *   DISK_ROOT     the data folder, absolute
 *   DISK_RECORD   the file to append to; none is written without it
 *   DISK_KILL_AT  n: SIGKILL before (odd) or after (even) the (n+1)/2-th sync, rename, removal or cut below DISK_ROOT.
 *                 Of this process alone, not of its children.
 *
 * A child that is forked and starts no program (it opens a document, has descriptors of its own alone, and speaks to the
 * daemon only) is not written down; it aborts if it touches those files all the same.
 *
 * SQLite's shared memory (-shm) does not outlive the power; the reserve has no content; mosquitto keeps its own files.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, CUT, SYNC, SYNC_FOLDER, RENAME, REMOVE, FOLDER, SAID };

struct head {
    uint32_t kind, path, to, size;
    uint64_t file;
    int64_t at;
} __attribute__((packed));

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX], above[PATH_MAX];
static int record = -1;
static int forked;
static long kill_at, points;

#define REAL(name) ({ static typeof(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name); real; })

static void begin_forked(void) {
    forked = record >= 0;
    record = -1;
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("DISK_ROOT"), *file = getenv("DISK_RECORD"), *at = getenv("DISK_KILL_AT");
    if (!folder) return;
    snprintf(root, sizeof root, "%s", folder);
    snprintf(above, sizeof above, "%s", folder);
    *strrchr(above, '/') = 0;
    if (file) record = REAL(open64)(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (at) kill_at = atol(at);
    unsetenv("DISK_KILL_AT");
    pthread_atfork(NULL, NULL, begin_forked);
}

static int below(const char *path) {
    size_t long_ = strlen(root);
    if (!long_ || strncmp(path, root, long_) || (path[long_] && path[long_] != '/')) return 0;
    size_t all = strlen(path);
    return !(all > 4 && !strcmp(path + all - 4, "-shm")) && !strstr(path + long_, "/broker") &&
           !strstr(path + long_, "/reserve");
}

/* What a descriptor is: CREATE a file of ours, SYNC_FOLDER a folder, SAID a way out, 0 none of them. */
static int what(int fd, struct stat *of, char *path) {
    char link[40];
    if (!*root || fd == record || fstat(fd, of)) return 0;
    if (S_ISSOCK(of->st_mode) || fd == 2) return SAID;
    if (!S_ISREG(of->st_mode) && !S_ISDIR(of->st_mode)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, path, PATH_MAX - 1);
    if (n < 0) return 0;
    path[n] = 0;
    if (S_ISDIR(of->st_mode)) return below(path) || !strcmp(path, above) ? SYNC_FOLDER : 0;
    return below(path) ? CREATE : 0;
}

static void begin_turn(void) {
    pthread_mutex_lock(&turn);
    if (record >= 0) flock(record, LOCK_EX);
}

static void end_turn(void) {
    if (record >= 0) flock(record, LOCK_UN);
    pthread_mutex_unlock(&turn);
}

static void point(void) {
    if (kill_at && ++points == kill_at) kill(getpid(), SIGKILL);
}

static void note(int kind, uint64_t file, int64_t at, const char *path, const char *to, const void *data, size_t size) {
    struct head head = {kind, strlen(path), strlen(to), size, file, at};
    struct iovec parts[] = {
        {&head, sizeof head}, {(void *)path, head.path}, {(void *)to, head.to}, {(void *)data, size}};
    if (forked && kind != SAID) abort();
    if (record >= 0 && REAL(writev)(record, parts, 4) < 0) abort();
}

static ssize_t written(int fd, const void *data, size_t size, off64_t at, int placed) {
    struct stat of;
    char path[PATH_MAX];
    int kind = what(fd, &of, path);
    if (kind == SAID) {  /* noted before it leaves: whoever hears it may act on it at once */
        begin_turn();
        note(SAID, 0, 0, "", "", data, size);
        end_turn();
    }
    if (kind != CREATE) return placed ? REAL(pwrite64)(fd, data, size, at) : REAL(write)(fd, data, size);
    begin_turn();
    if (!placed) {
        fstat(fd, &of);
        at = fcntl(fd, F_GETFL) & O_APPEND ? of.st_size : lseek64(fd, 0, SEEK_CUR);
    }
    ssize_t n = placed ? REAL(pwrite64)(fd, data, size, at) : REAL(write)(fd, data, size);
    if (n > 0) note(WRITE, of.st_ino, at, "", "", data, n);
    end_turn();
    return n;
}

ssize_t write(int fd, const void *data, size_t size) { return written(fd, data, size, 0, 0); }
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) { return written(fd, data, size, at, 1); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) { return written(fd, data, size, at, 1); }

ssize_t send(int fd, const void *data, size_t size, int flags) {
    struct stat of;
    char path[PATH_MAX];
    if (what(fd, &of, path) == SAID) {
        begin_turn();
        note(SAID, 0, 0, "", "", data, size);
        end_turn();
    }
    return REAL(send)(fd, data, size, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    struct stat of;
    char path[PATH_MAX];
    int kind = what(fd, &of, path);
    if (!kind) return REAL(writev)(fd, parts, count);
    size_t size = 0, at = 0;
    for (int i = 0; i < count; i++) size += parts[i].iov_len;
    char *all = malloc(size ? size : 1);
    for (int i = 0; i < count; at += parts[i++].iov_len) memcpy(all + at, parts[i].iov_base, parts[i].iov_len);
    ssize_t n = written(fd, all, size, 0, 0);
    free(all);
    return n;
}

static int synced(int fd, int (*sync)(int)) {
    struct stat of;
    char path[PATH_MAX];
    int kind = what(fd, &of, path);
    if (kind != CREATE && kind != SYNC_FOLDER) return sync(fd);
    begin_turn();
    point();
    int failed = sync(fd);
    if (!failed) note(kind == CREATE ? SYNC : kind, of.st_ino, 0, kind == CREATE ? "" : path, "", "", 0);
    point();
    end_turn();
    return failed;
}

int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }

static int cut(int fd, off64_t size) {
    struct stat of;
    char path[PATH_MAX];
    if (what(fd, &of, path) != CREATE) return REAL(ftruncate64)(fd, size);
    begin_turn();
    point();
    int failed = REAL(ftruncate64)(fd, size);
    if (!failed) note(CUT, of.st_ino, size, "", "", "", 0);
    point();
    end_turn();
    return failed;
}

int ftruncate64(int fd, off64_t size) { return cut(fd, size); }
int ftruncate(int fd, off_t size) { return cut(fd, size); }

static int opened(const char *path, int flags, mode_t mode) {
    if (!(flags & (O_CREAT | O_TRUNC)) || !below(path)) return REAL(open64)(path, flags, mode);
    struct stat of;
    begin_turn();
    int there = !stat(path, &of);
    int fd = REAL(open64)(path, flags, mode);
    if (fd >= 0 && !fstat(fd, &of)) {
        if (!there) note(CREATE, of.st_ino, 0, path, "", "", 0);
        else if (flags & O_TRUNC) note(CUT, of.st_ino, 0, "", "", "", 0);
    }
    end_turn();
    return fd;
}

#define MODE(flags) ({ mode_t mode = 0; if ((flags) & O_CREAT) { va_list more; va_start(more, flags); \
    mode = va_arg(more, mode_t); va_end(more); } mode; })

int open(const char *path, int flags, ...) { return opened(path, flags, MODE(flags)); }
int open64(const char *path, int flags, ...) { return opened(path, flags, MODE(flags)); }

static int named(int kind, const char *path, const char *to, mode_t mode) {
    begin_turn();
    point();
    int failed = kind == RENAME ? REAL(rename)(path, to) : kind == REMOVE ? REAL(unlink)(path) : REAL(mkdir)(path, mode);
    if (!failed) note(kind, 0, 0, path, to, "", 0);
    point();
    end_turn();
    return failed;
}

int rename(const char *path, const char *to) {
    return below(to) ? named(RENAME, path, to, 0) : REAL(rename)(path, to);
}
int unlink(const char *path) { return below(path) ? named(REMOVE, path, "", 0) : REAL(unlink)(path); }
int mkdir(const char *path, mode_t mode) {
    return below(path) ? named(FOLDER, path, "", mode) : REAL(mkdir)(path, mode);
}
