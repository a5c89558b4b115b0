"""Starts a command on a terminal of its own and types answers: STEPS is JSON, [[what to wait for, what to type], ...]."""
import json, os, pty, select, sys, time

steps, command = json.loads(sys.argv[1]), sys.argv[2:]
deadline = time.monotonic() + 30
child, terminal = pty.fork()
if child == 0:
    os.execvp(command[0], command)

shown = b''


def more():
    global shown
    if time.monotonic() > deadline:
        sys.exit('nothing more came after %r' % shown)
    if not select.select([terminal], [], [], 0.1)[0]:
        return True
    try:
        part = os.read(terminal, 4096)
    except OSError:
        return False
    shown += part
    return part != b''


seen = 0
for awaited, answer in steps:
    while awaited.encode() not in shown[seen:] and more():
        pass
    seen = len(shown)
    os.write(terminal, answer.encode())
while more():
    pass
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps({'code': code, 'shown': shown.decode()}))
