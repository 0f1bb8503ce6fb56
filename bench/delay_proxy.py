#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A TCP proxy on loopback that holds every byte back for half a round trip each way: a network's distance, nothing else.

    delay_proxy.py PORT MILLISECONDS

Prints the port it listens on; the end of its input ends it.
"""

import asyncio
import os
import sys


async def carry(reader, writer, delay):
    loop = asyncio.get_running_loop()
    while data := await reader.read(65536):
        loop.call_later(delay, writer.write, data)
    loop.call_later(delay, writer.close)


async def main():
    port, delay = int(sys.argv[1]), float(sys.argv[2]) / 2000

    async def join(reader, writer):
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(carry(reader, far_writer, delay), carry(far_reader, writer, delay), return_exceptions=True)

    server = await asyncio.start_server(join, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    os._exit(0)  # whatever is still open


asyncio.run(main())
