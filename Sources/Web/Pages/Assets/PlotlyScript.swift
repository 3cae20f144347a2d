/// What scripts that draw with Plotly share: loading it from this server, and the look of the page's own.
enum PlotlyScript {
    static let text = """
        "use strict";
        // Plotly writes style rules of its own, which the page's policy does not let it put into the document. Here it finds sheets to write to.
        const sheet = (id) => {
          const mark = document.createElement("meta");
          mark.id = id;
          mark.sheet = new CSSStyleSheet();
          document.adoptedStyleSheets.push(mark.sheet);
          document.head.append(mark);
        };
        const load = (path) => new Promise((done, failed) => {
          if (window.Plotly) return done();
          sheet("plotly.js-style-global");
          sheet("9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53");
          const script = document.createElement("script");
          script.src = path;
          script.onload = () => done();
          script.onerror = () => failed(new Error("no Plotly"));
          document.head.append(script);
        });
        const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
        const hues = () => Array.from({ length: 8 }, (_, i) => {
          const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
          line.setAttribute("class", "hue-" + i);
          document.body.append(line);
          const found = getComputedStyle(line).stroke;
          line.remove();
          return found;
        });
        const frame = () => {
          // Powers would be written with style attributes, which the policy does not let in.
          const axis = (exponentformat) => ({
            gridcolor: colour("--faint"), linecolor: colour("--line"), zeroline: false, automargin: true, exponentformat, tickfont: { size: 11 },
          });
          return {
            margin: { l: 48, r: 8, t: 8, b: 36 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", hovermode: "closest",
            font: { color: colour("--soft"), family: "system-ui, sans-serif", size: 12 }, xaxis: axis("SI"), yaxis: axis("e"), uirevision: "same",
            hoverlabel: { bgcolor: colour("--card"), bordercolor: colour("--line"), font: { color: colour("--ink") } },
          };
        };
        const sizes = new ResizeObserver((entries) => {
          for (const entry of entries) if (entry.target.data) Plotly.Plots.resize(entry.target);
        });
        const settings = { displayModeBar: false, displaylogo: false, doubleClick: "reset" };

        """
}
