"""What can be the matter with any line, in words: the codes that LinkDown carries."""

from __future__ import annotations

from device_drivers.words import ConditionWords, Words

_CABLE = Words("请检查电源和连接线", "check power and cable")

LINE_CONDITIONS: dict[str, ConditionWords] = {
    "line_down": ConditionWords(Words("未连接", "not connected"), _CABLE),
    "line_gone": ConditionWords(Words("连接断开", "connection lost"), _CABLE),
    "line_stuck": ConditionWords(
        Words("不收数据", "takes no data"),
        Words("请检查设备已开机、流控已关闭", "check that it is on and flow control is off"),
    ),
    "port_missing": ConditionWords(Words("未连接", "not plugged in"), _CABLE),
    "port_busy": ConditionWords(
        Words("端口被占用", "port taken by another program"),
        Words("请停止占用它的程序，或换一个端口", "stop that program, or use another port"),
    ),
    "port_denied": ConditionWords(
        Words("端口没有权限", "no permission for its port"),
        Words("请把运行用户加入 dialout 组后重启", "add the hall's user to the group dialout and start again"),
    ),
    "file_denied": ConditionWords(
        Words("设备文件没有权限", "no permission for its device file"),
        Words("请把运行用户加入该设备文件的组后重启", "add the hall's user to the group of that file and start again"),
    ),
    "port_settings": ConditionWords(
        Words("端口不支持此设置", "port refuses its settings"),
        Words("请检查波特率和校验", "check baud rate and parity"),
    ),
    "not_a_port": ConditionWords(
        Words("端口不是串口", "port is no serial port"),
        Words("请在配置中写 /dev 下的设备", "name a device under /dev in the configuration"),
    ),
    "host_unknown": ConditionWords(
        Words("找不到主机", "host not found"),
        Words("请检查名称，或改用地址", "check the name, or use its address"),
    ),
    "host_refuses": ConditionWords(
        Words("拒绝连接", "refuses to connect"),
        Words(
            "请检查端口和对方的程序，以及有没有别的电脑在用它",
            "check its port and program, and that no other computer is using it",
        ),
    ),
    "host_silent": ConditionWords(
        Words("没有应答", "does not answer"), Words("请检查电源和网线", "check power and network cable")
    ),
    "no_rfc2217": ConditionWords(
        Words("对方不说 RFC 2217", "does not speak RFC 2217"),
        Words("请在 ser2net 的 accepter 中写 telnet(rfc2217)", "put telnet(rfc2217) into the accepter of ser2net"),
    ),
    "tls_refused": ConditionWords(
        Words("证书不可信", "its certificate is not trusted"),
        Words("请检查 ca_file、证书中的名称和有效期", "check ca_file, the name in its certificate and its dates"),
    ),
    "tls_files": ConditionWords(
        Words("证书文件无法使用", "certificate files cannot be used"),
        Words("请检查配置中的证书文件：{files}", "check the files of the configuration: {files}"),
    ),
    "http_refuses": ConditionWords(
        Words("设备拒绝了内容", "refuses what it is told"),
        Words("请检查地址和设备的设置", "check its address and settings"),
    ),
    "broker_refuses": ConditionWords(
        Words("消息服务器拒绝登录", "broker refuses"),
        Words("请检查用户名、密码和端口", "check username, password and port"),
    ),
    "broker_silent": ConditionWords(
        Words("消息服务器没有应答", "broker does not answer"),
        Words("请检查消息服务器", "check the broker"),
    ),
    "line_noise": ConditionWords(
        Words("线路干扰", "noise on its line"),
        Words("请检查接线、波特率和接地", "check wiring, baud rate and ground"),
        effect=Words("按键或显示可能失灵", "Presses or texts may be lost"),
    ),
    "failed": ConditionWords(Words("出错", "out of order"), Words("请联系维护人员", "tell whoever maintains it")),
}
