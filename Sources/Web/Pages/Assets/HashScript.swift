/// The script of the home page: addresses that clients print, such as `/#/experiments/1/runs/abc`, lead to the page that they mean.
enum HashScript {
    static let text = """
        "use strict";
        const goOn = () => {
          const parts = location.hash.replace(/^#\\//, "").split(/[?#]/)[0].split("/");
          const [kind, name, below, last] = parts;
          if (!location.hash.startsWith("#/") || !name) {
            if (location.hash === "#/experiments" || location.hash === "#/models") location.replace("/" + kind);
            return;
          }
          const part = (text) => {
            try { return encodeURIComponent(decodeURIComponent(text)); } catch { return encodeURIComponent(text); }
          };
          if (kind === "models") {
            location.replace("/models/" + part(name) + (below === "versions" && last ? "#v" + part(last) : ""));
          } else if (kind === "experiments") {
            location.replace("/experiments/" + part(name) + (below === "runs" && last ? "/runs/" + part(last) : ""));
          }
        };
        addEventListener("hashchange", goOn);
        goOn();

        """
}
