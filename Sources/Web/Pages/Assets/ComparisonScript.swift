/// The script of a comparison: a scatter and a box chart of what its table says. Without it the table and the drawing stay.
enum ComparisonScript {
    static let text =
        PlotlyScript.text + contour + """
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
              if (ruler(fields.get(across)).axis.type === "log") layout.xaxis.type = "log";
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
              const sets = all.filter((name) => name.startsWith("params.") && new Set(fields.get(name).map((cell) => cell.text)).size > 1);
              if (sets.length > 1) {
                // Of parameters that are numbers a landscape says most.
                sets.sort((a, b) => numeric.includes(b) - numeric.includes(a));
                section("A metric over two parameters", [["across", sets, sets[0]], ["up", sets, sets[1]], ["height", numeric, metric]], contour);
              }
              section("Spread", [["of", numeric, metric], ["by", ["all runs", ...all.filter((name) => !name.startsWith("metrics."))], "all runs"]], box);
            };
            begin().catch(() => {});

            """

    /// A metric as a landscape over two parameters. Texts stand beside each other in their order; numbers over several powers of ten stand on a
    /// logarithmic axis. Between the runs the height is the mean of all of them, the nearest weighing most: each is met exactly.
    private static let contour = """
        const ruler = (cells) => {
          const known = cells.filter((cell) => cell.text !== "–");
          if (known.every((cell) => cell.number !== null)) {
            const numbers = known.map((cell) => cell.number);
            const isLog = Math.min(...numbers) > 0 && Math.max(...numbers) / Math.min(...numbers) > 50;
            const at = (cell) => (cell.text === "–" ? null : isLog ? Math.log10(cell.number) : cell.number);
            return { at, back: (place) => (isLog ? 10 ** place : place), axis: { type: isLog ? "log" : "linear" } };
          }
          const names = Array.from(new Set(cells.map((cell) => cell.text))).sort();
          const axis = { tickmode: "array", tickvals: names.map((_, i) => i), ticktext: names.map((name) => plain(name.slice(0, 24))) };
          return { at: (cell) => names.indexOf(cell.text), back: (place) => place, axis };
        };
        const span = (numbers) => {
          const least = Math.min(...numbers), greatest = Math.max(...numbers), room = (greatest - least) * .04 || .5;
          return Array.from({ length: 50 }, (_, i) => least - room + (greatest - least + 2 * room) * i / 49);
        };
        const contour = (plot, across, up, height) => {
          const [a, b] = [ruler(fields.get(across)), ruler(fields.get(up))];
          const points = runs.map((run, i) => ({ run, x: a.at(fields.get(across)[i]), y: b.at(fields.get(up)[i]), z: fields.get(height)[i].number }))
            .filter((point) => point.x !== null && point.y !== null && point.z !== null);
          const layout = frame();
          Object.assign(layout.xaxis, a.axis, { title: { text: plain(across), standoff: 6 } });
          Object.assign(layout.yaxis, b.axis, { title: { text: plain(up), standoff: 6 } });
          const marks = {
            type: "scatter", mode: "markers", x: points.map((point) => a.back(point.x)), y: points.map((point) => b.back(point.y)), showlegend: false,
            text: points.map((point) => plain(point.run) + ": " + point.z), hoverinfo: "text",
            marker: { size: 8, color: colour("--card"), line: { color: colour("--ink"), width: 1.5 } },
          };
          const traces = [marks];
          if (points.length > 0) {
            const xs = span(points.map((point) => point.x)), ys = span(points.map((point) => point.y));
            const [width, tall] = [xs[49] - xs[0], ys[49] - ys[0]];
            const z = ys.map((y) => xs.map((x) => {
              let sum = 0, weights = 0;
              for (const point of points) {
                const weight = 1 / ((((x - point.x) / width) ** 2 + ((y - point.y) / tall) ** 2) ** 1.5 + 1e-6);
                sum += weight * point.z;
                weights += weight;
              }
              return sum / weights;
            }));
            traces.unshift({
              type: "contour", x: xs.map(a.back), y: ys.map(b.back), z, colorscale: "Cividis", ncontours: 14, contours: { coloring: "fill" },
              line: { width: .5 }, hoverinfo: "skip", showscale: false,
            });
            // The scale in words: Plotly's own is styled in ways that the page's policy does not let in.
            const heights = points.map((point) => point.z), short = (number) => String(Number(number.toPrecision(4)));
            layout.margin.t = 28;
            layout.annotations = [{
              xref: "paper", yref: "paper", x: 1, y: 1, xanchor: "right", yanchor: "bottom", showarrow: false, font: { size: 11 },
              text: plain(height) + " from " + short(Math.min(...heights)) + " (dark) to " + short(Math.max(...heights)) + " (bright)",
            }];
          }
          Plotly.react(plot, traces, layout, settings);
        };

        """
}
