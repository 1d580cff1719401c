"""What can be the matter with any line, in words: the codes that LinkDown carries."""

from __future__ import annotations

from device_drivers.words import ConditionWords, Words

LINE_CONDITIONS: dict[str, ConditionWords] = {
    "line_down": ConditionWords(Words("线路中断", "the line is down"), Words("请检查接线", "check the cable")),
    "line_gone": ConditionWords(
        Words("连接断开", "the connection is gone"),
        Words("请检查电源、数据线和转换器", "check power, cable and adapter"),
    ),
    "line_stuck": ConditionWords(
        Words("设备不收数据", "the device takes no data"),
        Words("请检查设备已开机、流控已关闭", "check that it is on and flow control is off"),
    ),
    "port_missing": ConditionWords(
        Words("没有接上：{port}", "not plugged in: {port}"), Words("请插好数据线", "plug the cable in")
    ),
    "port_busy": ConditionWords(
        Words("端口被占用：{port}", "{port} is taken by somebody else"),
        Words("请停止占用它的程序，或换一个端口", "stop that program, or use another port"),
    ),
    "port_denied": ConditionWords(
        Words("没有权限：{port}", "no permission for {port}"),
        Words("请把运行用户加入 dialout 组后重启", "add the hall's user to the group dialout and start again"),
    ),
    "port_settings": ConditionWords(
        Words("端口不支持此设置：{port}", "{port} refuses these settings"),
        Words("请检查波特率和校验", "check baud rate and parity"),
    ),
    "not_a_port": ConditionWords(
        Words("不是串口：{port}", "{port} is not a serial port"),
        Words("请在配置中写 /dev 下的设备", "name a device under /dev in the configuration"),
    ),
    "host_unknown": ConditionWords(
        Words("找不到主机：{host}", "no host {host}"),
        Words("请检查名称，或改用地址", "check the name, or use its address"),
    ),
    "host_refuses": ConditionWords(
        Words("拒绝连接：{where}", "{where} refuses"),
        Words("请检查端口，以及有没有别的电脑在打印", "check the port, and that no other computer is printing"),
    ),
    "host_silent": ConditionWords(
        Words("没有应答：{where}", "{where} does not answer"),
        Words("请检查电源和网线", "check its power and network cable"),
    ),
    "fault": ConditionWords(
        Words("驱动程序出错", "its driver failed"),
        Words("请把日志交给维护人员", "give the log to whoever maintains the hall"),
    ),
}
