/// The script of an endpoint's page: it puts newer pictures in the place of those that the page came with. Without it they stay.
enum LiveScript {
    static let text = """
        "use strict";
        const live = document.querySelector("section[data-live]");
        if (live && window.EventSource) {
          const events = new EventSource(live.dataset.live);
          events.addEventListener("live", (event) => {
            const fresh = new DOMParser().parseFromString(JSON.parse(event.data), "text/html");
            live.querySelector(".moving").replaceChildren(...fresh.body.childNodes);
            live.dataset.told = String(Number(live.dataset.told ?? 0) + 1);
          });
        }

        """
}
