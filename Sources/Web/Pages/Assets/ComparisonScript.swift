/// The script of a comparison: a scatter and a box chart of what its table says. Without it the table and the drawing stay.
enum ComparisonScript {
    static let text =
        PlotlyScript.text + """
            const place = document.getElementById("comparison");
            const table = document.querySelector("table.compared");
            const runs = Array.from(table?.querySelectorAll("th[data-run]") ?? [], (head) => head.dataset.run);
            const fields = new Map(Array.from(table?.querySelectorAll("tr[data-column]") ?? [], (row) => [
              row.dataset.column,
              Array.from(row.cells).slice(1).map((cell) => ({ number: cell.dataset.value === undefined ? null : Number(cell.dataset.value), text: cell.textContent })),
            ]));
            const numeric = Array.from(fields.keys()).filter((name) => fields.get(name).some((cell) => cell.number !== null));
            const section = (title, choices, draw) => {
              const part = document.createElement("section");
              const head = document.createElement("div"), heading = document.createElement("h2"), controls = document.createElement("div");
              const plot = document.createElement("div");
              head.className = "head"; controls.className = "controls"; plot.className = "plot tall";
              heading.textContent = title;
              head.append(heading);
              part.append(head, controls, plot);
              place.append(part);
              sizes.observe(plot);
              const chosen = choices.map(([label, names, start]) => {
                const list = document.createElement("select"), row = document.createElement("label");
                for (const name of names) list.add(new Option(name, name, false, name === start));
                row.append(label + ": ", list);
                controls.append(row);
                list.addEventListener("change", again);
                return list;
              });
              function again() { draw(plot, ...chosen.map((list) => list.value)); }
              again();
              matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
            };
            const values = (name) => fields.get(name).map((cell) => cell.number ?? plain(cell.text));
            const scatter = (plot, across, up) => {
              const layout = frame();
              layout.xaxis.title = { text: plain(across), standoff: 6 };
              layout.yaxis.title = { text: plain(up), standoff: 6 };
              const palette = hues();
              const marks = { size: 11, color: runs.map((_, i) => palette[i % palette.length]) };
              Plotly.react(plot, [{ type: "scatter", mode: "markers", x: values(across), y: values(up), text: runs.map(plain), marker: marks }], layout, settings);
            };
            const box = (plot, up, by) => {
              const layout = frame();
              layout.yaxis.title = { text: plain(up), standoff: 6 };
              const groups = by === "all runs" ? runs.map(() => "all runs") : fields.get(by).map((cell) => plain(cell.text));
              const trace = { type: "box", x: groups, y: values(up), text: runs.map(plain), boxpoints: "all", jitter: .3, marker: { color: colour("--accent") } };
              Plotly.react(plot, [trace], { ...layout, xaxis: { ...layout.xaxis, type: "category" } }, settings);
            };
            // Plotly reads a few tags in texts: there are none in a name.
            const plain = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
            const begin = async () => {
              if (!place || numeric.length === 0) return;
              await load(place.dataset.plotly);
              const all = Array.from(fields.keys());
              const metric = numeric.find((name) => name.startsWith("metrics.")) ?? numeric[0];
              const set = all.find((name) => name.startsWith("params.")) ?? numeric[numeric.length - 1];
              section("One against another", [["across", all, set], ["up", numeric, metric]], scatter);
              section("Spread", [["of", numeric, metric], ["by", ["all runs", ...all.filter((name) => !name.startsWith("metrics."))], "all runs"]], box);
            };
            begin().catch(() => {});

            """
}
