// node ctrl.js IP PORT COMMAND [PARAMETERS]: gives baresip a command over its
// ctrl_tcp module, prints the JSON of its response, and fails if that is not ok.
// Each message is a netstring: its length in bytes, a colon, it, a comma.
"use strict";
const net = require("net");

const [ip, port, command, ...rest] = process.argv.slice(2);
const request = JSON.stringify({ command, params: rest.join(" "), token: "ctrl" });
const socket = net.connect(Number(port), ip, () => socket.write(`${Buffer.byteLength(request)}:${request},`));

// next takes one whole message off the front of what was received.
let received = Buffer.alloc(0);
function next() {
	const colon = received.indexOf(":");
	if (colon < 0) return undefined;
	const end = colon + 1 + Number(received.subarray(0, colon).toString());
	if (received.length <= end) return undefined;
	const text = received.subarray(colon + 1, end).toString();
	received = received.subarray(end + 1);
	return JSON.parse(text);
}

function finish(code, text) {
	console.log(text);
	process.exit(code);
}

// Events of the call come in between; only the response is waited for.
socket.on("data", (data) => {
	received = Buffer.concat([received, data]);
	for (let message = next(); message !== undefined; message = next()) {
		if (message.response) finish(message.ok ? 0 : 1, JSON.stringify(message));
	}
});
socket.on("error", (err) => finish(1, String(err)));
socket.setTimeout(5000, () => finish(1, "baresip does not respond"));
