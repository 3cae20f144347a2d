/// The one script: it sends the try-it form without leaving the page. Without it the form is an ordinary post.
enum Script {
    static let text = """
        "use strict";
        for (const form of document.querySelectorAll("form[data-try]")) {
          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            const answer = document.getElementById("answer");
            answer.setAttribute("aria-busy", "true");
            try {
              const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
              const page = new DOMParser().parseFromString(await response.text(), "text/html");
              const fresh = page.getElementById("answer");
              answer.replaceChildren(...(fresh ?? page.getElementById("content")).childNodes);
            } catch {
              answer.textContent = "The server does not answer. Is it still running?";
            } finally {
              answer.removeAttribute("aria-busy");
            }
          });
        }

        """
}
