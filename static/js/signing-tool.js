/* The button that hands the held file to the signing tool on this machine. Without the tool, or
   without this script, the file is downloaded and handed in by the form. */
(function () {
  "use strict";

  const button = document.querySelector("[data-signing-tool]");
  const parameters = document.getElementById("signing-tool");
  const said = document.querySelector("[data-signing-tool-answer]");
  if (!button || !parameters || !said) {
    return;
  }
  const tool = JSON.parse(parameters.textContent);

  function tell(sentence) {
    said.textContent = sentence;
    said.hidden = false;
    button.disabled = false;
  }

  function answered(text) {
    let answer;
    try {
      answer = JSON.parse(text);
    } catch (error) {
      tell("Phần mềm ký số trả lời không đọc được. Hãy tải tệp về, ký rồi nộp ở dưới.");
      return;
    }
    if (answer.Status === 0) {
      window.location.assign(button.dataset.done);
    } else {
      tell(answer.Message || "Chưa ký được.");
    }
  }

  button.hidden = false;
  button.addEventListener("click", function () {
    button.disabled = true;
    said.hidden = true;
    let open = false;
    const socket = new WebSocket(tool.address);
    socket.addEventListener("open", function () {
      open = true;
      socket.send(JSON.stringify(tool.request));
    });
    socket.addEventListener("message", function (event) {
      answered(event.data);
      socket.close();
    });
    socket.addEventListener("error", function () {
      tell(
        open
          ? "Mất liên lạc với phần mềm ký số. Hãy thử lại."
          : "Không tìm thấy phần mềm ký số trên máy này. Hãy tải tệp về, ký rồi nộp ở dưới.",
      );
    });
  });
})();
