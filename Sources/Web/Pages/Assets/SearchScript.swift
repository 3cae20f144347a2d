/// The script of the run table: while a search is written it offers the names that may stand there, to be chosen with a key or the mouse.
/// Without it the search is an ordinary form.
enum SearchScript {
    static let text = """
        "use strict";
        const field = document.querySelector("input[data-keys]");
        const own = ["metrics.", "params.", "tags.", "attributes.status", "attributes.run_name", "attributes.run_id", "attributes.user_id",
          "attributes.start_time", "attributes.end_time", "datasets.name", "datasets.digest", "datasets.context"];
        const list = document.createElement("ul");
        let chosen = -1, asked = 0, wanted = null;

        // The name that is being written where the caret stands: the start of a clause, and nothing within quotes.
        const name = () => {
          const before = field.value.slice(0, field.selectionStart);
          const clause = before.match(/^(?:[^'"]|'[^']*'|"[^"]*")*?(?:^|\\band\\s+)\\s*([\\w]*(?:\\.(?:`[^`]*|[^\\s=<>!`'"()]*))?)$/i);
          return clause ? { text: clause[1], from: before.length - clause[1].length, to: field.selectionStart } : null;
        };
        const close = () => {
          list.hidden = true;
          chosen = -1;
          field.setAttribute("aria-expanded", "false");
          field.removeAttribute("aria-activedescendant");
        };
        const choose = (index) => {
          chosen = index;
          Array.from(list.children, (item, i) => item.setAttribute("aria-selected", String(i === index)));
          const item = list.children[index];
          if (item) {
            field.setAttribute("aria-activedescendant", item.id);
            item.scrollIntoView({ block: "nearest" });
          } else {
            field.removeAttribute("aria-activedescendant");
          }
        };
        const take = (text) => {
          const isWhole = !text.endsWith(".");
          field.setRangeText(text + (isWhole ? " " : ""), wanted.from, wanted.to, "end");
          close();
          field.focus();
          if (!isWhole) offer();
        };
        const show = (names) => {
          list.replaceChildren(...names.map((text, i) => {
            const item = document.createElement("li");
            item.id = "offer-" + i;
            item.setAttribute("role", "option");
            item.setAttribute("aria-selected", "false");
            item.textContent = text;
            item.addEventListener("mousedown", (event) => { event.preventDefault(); take(text); });
            return item;
          }));
          if (names.length === 0) return close();
          list.hidden = false;
          field.setAttribute("aria-expanded", "true");
          choose(-1);
        };
        const offer = async () => {
          wanted = name();
          if (!wanted) return close();
          const turn = ++asked;
          const { text } = wanted;
          const point = text.indexOf(".");
          const kind = { metric: "metrics", metrics: "metrics", param: "params", params: "params", tag: "tags", tags: "tags" }[text.slice(0, point)];
          const begun = own.filter((one) => one.startsWith(text) && one !== text);
          if (point >= 0 && !kind) return show(begun);
          if (point < 0 && text.length < 2) return show(begun.filter((one) => text !== "" || one.endsWith(".")));
          const like = text.slice(point + 1).replace(/^`/, "");
          const answer = await fetch(`${field.dataset.keys}?like=${encodeURIComponent(like)}${kind ? "&kind=" + kind : ""}`).catch(() => null);
          if (turn !== asked || !answer?.ok) return;
          const names = (await answer.json()).keys.filter((one) => one !== text);
          if (turn === asked) show(kind ? names : begun.concat(names));
        };
        const keys = {
          ArrowDown: () => choose((chosen + 1) % list.children.length),
          ArrowUp: () => choose((chosen <= 0 ? list.children.length : chosen) - 1),
          Escape: close,
          Enter: () => take(list.children[chosen].textContent),
          Tab: () => take(list.children[chosen].textContent),
        };
        if (field) {
          list.id = "offers";
          list.className = "offers";
          list.hidden = true;
          list.setAttribute("role", "listbox");
          list.setAttribute("aria-label", "names that may stand here");
          field.parentElement.append(list);
          for (const [key, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "offers"], ["aria-expanded", "false"]]) {
            field.setAttribute(key, value);
          }
          field.addEventListener("input", offer);
          field.addEventListener("blur", close);
          field.addEventListener("keydown", (event) => {
            if (event.key === "ArrowDown" && list.hidden) { event.preventDefault(); return offer(); }
            const act = keys[event.key];
            if (list.hidden || !act || (chosen < 0 && (event.key === "Enter" || event.key === "Tab"))) return;
            event.preventDefault();
            act();
          });
          document.querySelector("select[name=group]")?.addEventListener("change", (event) => event.target.form.requestSubmit());
        }

        """
}
