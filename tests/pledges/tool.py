"""A small program that does what the government's signing tool does, with a key of the tests.

It is handed the parameters by the page, fetches the file, signs it (in life the signer clicks a field
and types the PIN), and posts it to the handler as `uploadfile`.
"""

import json
from urllib.request import Request, urlopen

BOUNDARY = "----cong-cu-ky-so"


def run_tool(request, sign):
    """The handler's answer, as the tool passes it on to the page; `sign`: bytes to signed bytes."""
    with urlopen(request["FileName"], timeout=30) as answer:
        signed = sign(answer.read())
    return post(request["FileUploadHandler"], signed)


def post(address, data, name="uploadfile"):
    body = b"".join(
        (
            f"--{BOUNDARY}\r\n".encode(),
            f'Content-Disposition: form-data; name="{name}"; filename="giao-uoc.pdf"\r\n'.encode(),
            b"Content-Type: application/pdf\r\n\r\n",
            data,
            f"\r\n--{BOUNDARY}--\r\n".encode(),
        )
    )
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    request = Request(address, data=body, headers=headers)
    with urlopen(request, timeout=60) as answer:
        return json.load(answer)
