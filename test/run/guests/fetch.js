// Uses `fetch` as any program does, and prints what comes back: a line for each request.

const line = async (name, asked) => {
  try {
    console.log(name, ...(await asked));
  } catch (error) {
    console.log(name, "failed:", error.name);
  }
};

async function get(url, init) {
  const response = await fetch(url, init);
  return [response.status, response.headers.get("content-type"), await response.text()];
}

const BODY = Uint8Array.from({ length: 200_000 }, (_, i) => (i * i + (i >> 9)) & 0xff);

/** The answer is the body turned around. */
async function echo(body) {
  const response = await fetch("https://api.example.com/reverse", { method: "POST", body, headers: { "X-Sent-By": "the guest" } });
  const received = new Uint8Array(await response.arrayBuffer());
  const isReversed = received.every((byte, i) => byte === BODY[BODY.length - 1 - i]);
  return [response.status, response.headers.get("x-sent-by"), received.length, isReversed];
}

const inPieces = (bytes) => {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.subarray(at, at + 7000));
      at += 7000;
    },
  });
};

export const run = {
  async run() {
    await line("a user", get("https://api.example.com/users/1"));
    await line("nobody", get("https://api.example.com/users/2"));
    await line("bytes", echo(BODY));
    await line("pieces", echo(inPieces(BODY)));
    await line("no such host", get("https://nowhere.example.com/"));
    await line("at once", Promise.all(["1", "2", "3"].map(async (n) => (await get(`http://localhost:8080/count?n=${n}`))[2])));
  },
};
