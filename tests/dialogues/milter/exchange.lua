-- One message by the rules of a version: what was negotiated decides who answers. Set: at, version, steps.
-- miltertest keeps to what was agreed: mt.getreply after a silent step is nil.
conn = mt.connect(at)
if conn == nil then error("no connection") end
if mt.negotiate(conn, tonumber(version), nil, tonumber(steps)) ~= nil then error("not negotiated") end

local function told(failure, step)
    if failure ~= nil then error(step .. " failed") end
    local reply = mt.getreply(conn)
    if reply ~= nil and reply ~= SMFIR_CONTINUE then error(step .. " was answered " .. string.char(reply)) end
end

told(mt.conninfo(conn, "client.example", "192.0.2.7"), "connect")
told(mt.helo(conn, "client.example"), "helo")
mt.macro(conn, SMFIC_MAIL, "i", "4711")
for number = 1, 3 do
    told(mt.mailfrom(conn, "<ann@sender.example>"), "mail")
    told(mt.rcptto(conn, "<bob@example.test>"), "rcpt")
    told(mt.header(conn, "Subject", "hi"), "header")
    if number == 2 then
        mt.abort(conn)
    else
        told(mt.eoh(conn), "end of header")
        told(mt.bodystring(conn, "hello\r\n"), "body")
        if mt.eom(conn) ~= nil then error("end of message failed") end
        if mt.getreply(conn) ~= SMFIR_ACCEPT then error("not accepted") end
    end
end

mt.mailfrom(conn, "<ann@sender.example>")
mt.getreply(conn)
mt.rcptto(conn, "<bob@nowhere.example>")
if mt.getreply(conn) ~= SMFIR_REPLYCODE then error("a stranger was not refused") end
mt.disconnect(conn)
