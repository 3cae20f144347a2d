/// The script of a run's page: charts that can be looked into, and new points as they come. Without it the drawings of the page stay.
enum RunScript {
    static let text = PlotlyScript.text + pictures + histories + charts + live
}

extension RunScript {
    /// Pictures one at a time, by step, in place of the strips that they are without this.
    fileprivate static let pictures = """
        const reels = document.querySelector(".reels");
        const turn = () => {
          const items = Array.from(reels.querySelectorAll("li[data-step]"));
          const steps = Array.from(new Set(items.map((item) => Number(item.dataset.step)))).sort((a, b) => a - b);
          if (steps.length < 2) return;
          const slider = document.createElement("input"), all = document.createElement("input"), controls = document.createElement("div");
          const label = document.createElement("label"), other = document.createElement("label"), words = document.createElement("output");
          Object.assign(slider, { type: "range", min: 0, max: steps.length - 1, step: 1, value: steps.length - 1 });
          all.type = "checkbox";
          label.append("step: ", slider, words);
          other.append("all beside each other ", all);
          controls.className = "controls";
          controls.append(label, other);
          reels.before(controls);
          const show = () => {
            const step = steps[slider.value];
            words.textContent = step.toLocaleString("en");
            reels.classList.toggle("single", !all.checked);
            for (const reel of reels.querySelectorAll("ol")) {
              // The newest that there was by then.
              const reached = Array.from(reel.children).filter((item) => Number(item.dataset.step) <= step);
              for (const item of reel.children) item.classList.toggle("shown", item === (reached.at(-1) ?? reel.firstElementChild));
            }
          };
          slider.addEventListener("input", show);
          all.addEventListener("change", show);
          show();
        };
        if (reels) turn();

        """

    /// The histories of the page, as columns of numbers by metric.
    fileprivate static let histories = """
        const plots = document.querySelector(".plots");
        const histories = new Map();
        const read = async (figure) => {
          const response = await fetch(figure.dataset.series);
          if (response.ok) histories.set(figure.dataset.metric, await response.json());
        };
        // The weighted mean of what came before, without the pull towards zero at its beginning.
        const smoothed = (values, weight) => {
          let mean = 0, sum = 0;
          return values.map((value) => {
            if (value === null) return null;
            mean = weight * mean + (1 - weight) * value;
            sum = weight * sum + (1 - weight);
            return mean / sum;
          });
        };

        """

    fileprivate static let charts = """
        const wish = { axis: "step", log: false, weight: 0 };
        const across = (history) => {
          if (wish.axis === "time") return history.at.map((at) => new Date(at).toISOString());
          if (wish.axis === "relative") return history.at.map((at) => (at - history.at[0]) / unit(history).milliseconds);
          return history.step;
        };
        // In what a time since the start is counted, so that few figures say it.
        const unit = (history) => {
          const length = history.at[history.at.length - 1] - history.at[0];
          if (length > 2 * 86400e3) return { name: "days", milliseconds: 86400e3 };
          if (length > 2 * 3600e3) return { name: "hours", milliseconds: 3600e3 };
          return length > 120e3 ? { name: "minutes", milliseconds: 60e3 } : { name: "seconds", milliseconds: 1e3 };
        };
        const draw = (figure) => {
          const history = histories.get(figure.dataset.metric);
          if (!history) return;
          const x = across(history), ink = colour("--accent");
          const traces = [];
          if (history.least) {
            const edge = { x, mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false };
            traces.push({ ...edge, y: history.least }, { ...edge, y: history.greatest, fill: "tonexty", fillcolor: ink + "2e" });
          }
          const line = { x, type: "scatter", mode: history.step.length > 1 ? "lines" : "markers", showlegend: false };
          if (wish.weight > 0) {
            traces.push({ ...line, y: history.value, line: { color: ink, width: 1 }, opacity: .3, hoverinfo: "skip" });
            traces.push({ ...line, y: smoothed(history.value, wish.weight), line: { color: ink, width: 2 } });
          } else {
            traces.push({ ...line, y: history.value, line: { color: ink, width: 2 } });
          }
          const layout = frame();
          layout.yaxis.type = wish.log ? "log" : "linear";
          layout.xaxis.title = { text: { step: "step", time: "", relative: unit(history).name }[wish.axis], standoff: 4 };
          let place = figure.querySelector(".plot");
          if (!place) {
            place = document.createElement("div");
            place.className = "plot";
            figure.querySelector("svg, .note")?.remove();
            figure.append(place);
            sizes.observe(place);
          }
          Plotly.react(place, traces, layout, settings);
        };
        const drawAll = () => { for (const figure of plots.querySelectorAll("figure")) draw(figure); };
        const control = (label, element) => {
          const row = document.createElement("label");
          row.append(label, element);
          document.getElementById("controls").append(row);
          return element;
        };
        const addControls = () => {
          const axis = document.createElement("select");
          for (const [value, text] of [["step", "step"], ["time", "time"], ["relative", "time since the start"]]) axis.add(new Option(text, value));
          control("across: ", axis).addEventListener("change", () => { wish.axis = axis.value; drawAll(); });
          const weight = document.createElement("input");
          Object.assign(weight, { type: "range", min: 0, max: .99, step: .01, value: 0 });
          control("smoothing: ", weight).addEventListener("input", () => { wish.weight = Number(weight.value); drawAll(); });
          const log = document.createElement("input");
          log.type = "checkbox";
          control("logarithmic ", log).addEventListener("change", () => { wish.log = log.checked; drawAll(); });
          document.getElementById("controls").hidden = false;
        };
        const begin = async () => {
          if (!plots?.dataset.plotly) return;
          await Promise.all([load(plots.dataset.plotly), ...Array.from(plots.querySelectorAll("figure"), read)]);
          addControls();
          drawAll();
          matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
        };

        """

    fileprivate static let live = """
        const add = (metric, news) => {
          const history = histories.get(metric) ?? { metric, count: 0, step: [], at: [], value: [] };
          for (const name of ["step", "at", "value"]) history[name].push(...news[name]);
          if (history.least) { history.least.push(...news.value); history.greatest.push(...news.value); }
          history.count += news.value.length;
          histories.set(metric, history);
          const row = document.querySelector(`tr[data-latest="${CSS.escape(metric)}"]`);
          if (row) {
            const latest = news.value[news.value.length - 1];
            row.cells[1].textContent = latest === null ? "not a number" : String(Number(latest.toPrecision(4)));
            row.cells[2].textContent = String(news.step[news.step.length - 1]);
          }
          let figure = Array.from(plots.querySelectorAll("figure")).find((one) => one.dataset.metric === metric);
          if (!figure && window.Plotly && plots.childElementCount < 24) {
            figure = document.createElement("figure");
            figure.dataset.metric = metric;
            figure.append(document.createElement("figcaption"));
            figure.firstChild.textContent = metric;
            plots.append(figure);
          }
          if (figure && window.Plotly) draw(figure);
        };
        let stale = false;
        // Where nothing else draws, the page's own drawings are fetched anew, and no more often than every few seconds.
        const refresh = async () => {
          if (stale) return;
          stale = true;
          setTimeout(async () => {
            stale = false;
            const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
            const fresh = page.querySelector(".plots");
            if (fresh) plots.replaceChildren(...fresh.childNodes);
          }, 3000);
        };
        const follow = () => {
          if (!plots?.dataset.events) return;
          const events = new EventSource(plots.dataset.events);
          events.addEventListener("points", (event) => {
            for (const [metric, news] of Object.entries(JSON.parse(event.data))) add(metric, news);
            if (!window.Plotly) refresh();
          });
          events.addEventListener("end", (event) => {
            events.close();
            const standing = document.getElementById("standing");
            if (standing) standing.textContent = JSON.parse(event.data).status;
            plots.dataset.ended = "yes";
          });
        };
        begin().catch(() => {}).finally(follow);

        """
}
