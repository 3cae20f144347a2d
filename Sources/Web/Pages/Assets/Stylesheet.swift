/// The look of the pages: calm, dense, light and dark by the reader's own setting, down to 380 pixels.
enum Stylesheet {
    static let text = colours + base + frame + parts + forms + charts + experiments + datasets + narrow
}

extension Stylesheet {
    /// Every colour, once for each scheme; text reaches WCAG AA contrast on both grounds.
    fileprivate static let colours = """
        :root {
          --ground: #f6f5f1; --card: #ffffff; --ink: #1b2330; --soft: #566070; --line: #dedbd2; --faint: #eeece6;
          --accent: #1d5c9e; --accent-soft: #e3edf7; --gold: #b98a1b;
          --good: #1a6b3a; --good-soft: #dcefe2; --warn: #855400; --warn-soft: #f8ebcf; --bad: #b0271d; --bad-soft: #f9e0dd;
          --reference: #b4bcc7; --shadow: 0 1px 2px rgb(27 35 48 / 6%);
          --made: #1d5c9e; --served: #6b4aa0; --data: #1a6b3a; --agreed: #8a5e00;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --ground: #11151b; --card: #191f28; --ink: #e7eaef; --soft: #a5afbd; --line: #2e3743; --faint: #222a35;
            --accent: #82b8ef; --accent-soft: #1c3048; --gold: #d9ae4b;
            --good: #74d297; --good-soft: #17362a; --warn: #e6b65a; --warn-soft: #3a2f17; --bad: #ff968c; --bad-soft: #43211f;
            --reference: #4b5665; --shadow: none;
            --made: #82b8ef; --served: #bda2ee; --data: #74d297; --agreed: #e6b65a;
          }
        }

        """

    fileprivate static let base = """
        * { box-sizing: border-box; }
        html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
        @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
        body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; overflow-wrap: anywhere; }
        main, .bar, footer { max-width: 1160px; margin: 0 auto; padding: 0 20px; }
        h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; font-weight: 650; letter-spacing: -0.01em; }
        h2 { font-size: 1.02rem; margin: 0; font-weight: 650; }
        h3 { font-size: .92rem; margin: 0 0 .4rem; font-weight: 650; }
        p { margin: 0 0 .6rem; }
        a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
        code, pre { font: .86em/1.5 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Liberation Mono", monospace; }
        pre { margin: 0; white-space: pre-wrap; }
        ul, ol, dl, dd, figure { margin: 0; padding: 0; }
        ul, ol { list-style: none; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--faint); vertical-align: middle; font-weight: 400; }
        thead th { color: var(--soft); font-size: .82rem; border-bottom-color: var(--line); white-space: nowrap; }
        tbody tr:last-child > * { border-bottom: 0; }
        .number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        time { font-variant-numeric: tabular-nums; white-space: nowrap; }
        .meta, small { color: var(--soft); font-size: .84rem; }
        .sr, .skip:not(:focus) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        .skip:focus { position: absolute; left: 8px; top: 8px; padding: .4rem .8rem; background: var(--card); z-index: 2; }

        """

    fileprivate static let frame = """
        .bar { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1.3rem; padding-top: 12px; padding-bottom: 12px; }
        .brand { display: flex; align-items: center; gap: .5rem; color: var(--ink); text-decoration: none; font-weight: 650; white-space: nowrap; }
        .bird { width: 30px; height: 30px; fill: var(--accent); }
        .bird .wing { fill: var(--gold); stroke: var(--ground); stroke-width: 1.5; }
        .bird .eye { fill: var(--ground); }
        .bar nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; }
        .bar nav a { color: var(--soft); text-decoration: none; padding: .2rem 0; border-bottom: 2px solid transparent; overflow-wrap: normal; white-space: nowrap; }
        .reader { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .6rem; margin: 0; color: var(--soft); font-size: .84rem; }
        .reader button { padding: .1rem .55rem; min-height: 1.8rem; }
        .bar nav a:hover { color: var(--ink); }
        .bar nav a[aria-current] { color: var(--ink); border-bottom-color: var(--gold); }
        .search { display: flex; gap: .4rem; max-width: 34rem; margin: 1rem 0; }
        .search.compact { margin: 0 0 0 auto; }
        .search input { flex: 1; min-width: 0; }
        .search.compact input { width: 9rem; }
        main { padding-bottom: 2rem; }
        footer { color: var(--soft); font-size: .84rem; padding-bottom: 1.6rem; }
        footer p { border-top: 1px solid var(--line); padding-top: .8rem; }
        .title { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .9rem; margin: 1.1rem 0 .5rem; }
        .title .meta { margin: 0; }
        .crumb { flex-basis: 100%; margin: 0; font-size: .86rem; }
        .outcome { font-size: 1.08rem; max-width: 62rem; margin: 0 0 1.1rem; padding-left: .8rem; border-left: 3px solid var(--gold); }
        .outcome.unwritten { color: var(--soft); font-size: .95rem; border-left-style: dashed; }
        section, .tiles > div, .strip li > *, .cards > li { background: var(--card); border: 1px solid var(--line); border-radius: 9px; box-shadow: var(--shadow); }
        section { padding: .95rem 1.1rem 1rem; margin: 0 0 14px; min-width: 0; }
        .head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: .2rem 1rem; margin: 0 0 .6rem; }
        .head p { margin: 0; }
        .columns { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 14px; margin: 0 0 14px; align-items: stretch; }
        .columns > section { margin: 0; }
        .columns.two { grid-template-columns: repeat(2, minmax(0, 1fr)); }
        .columns.verdicts { grid-template-columns: minmax(0, 1fr) minmax(0, 2fr); }
        .columns.charts { margin: 0; }
        .scroll { overflow-x: auto; }
        .scroll table { overflow-wrap: normal; }

        """

    fileprivate static let parts = """
        .badge { display: inline-flex; align-items: center; justify-content: center; width: 1.25em; height: 1.25em; border-radius: 50%; font-weight: 700; font-size: .84em; line-height: 1; position: relative; }
        .badge.good { color: var(--good); background: var(--good-soft); }
        .badge.warn { color: var(--warn); background: var(--warn-soft); border-radius: 4px; }
        .badge.bad { color: var(--bad); background: var(--bad-soft); border-radius: 2px; outline: 1.5px solid currentColor; }
        .badge.none { color: var(--soft); background: var(--faint); }
        .strip { position: relative; margin: 0 0 18px; }
        .strip::after { content: ""; position: absolute; left: calc(7.1% - 4px); bottom: 17px; width: 7px; height: 7px; border: solid var(--soft); border-width: 1.5px 0 0 1.5px; transform: rotate(45deg); }
        .strip ol { display: grid; grid-template-columns: repeat(7, minmax(0, 1fr)); gap: 14px; }
        .strip li { position: relative; }
        .strip li:not(:last-child)::after { content: ""; position: absolute; right: -10.5px; top: calc(50% - 4px); width: 7px; height: 7px; border: solid var(--soft); border-width: 1.5px 1.5px 0 0; transform: rotate(45deg); }
        .strip li > * { display: block; height: 100%; padding: .55rem .65rem; color: var(--ink); text-decoration: none; border-top-width: 3px; }
        .strip li > a:hover { border-color: var(--accent); }
        .strip .done > * { border-top-color: var(--good); }
        .strip .attention > * { border-top-color: var(--warn); }
        .strip .failed > * { border-top-color: var(--bad); }
        .strip .empty > * { border-style: dashed; border-top: 3px dashed var(--line); background: transparent; box-shadow: none; margin: 0; padding: .55rem .65rem; }
        .phase { display: flex; align-items: center; gap: .3rem; font-size: .88rem; font-weight: 650; overflow-wrap: normal; }
        .phase .badge { margin-left: auto; flex: none; }
        .icon { width: 16px; height: 16px; flex: none; fill: none; stroke: var(--soft); stroke-width: 1.4; stroke-linecap: round; stroke-linejoin: round; }
        .fact { display: block; color: var(--soft); font-size: .82rem; line-height: 1.35; margin-top: .2rem; }
        .strip .fact { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }
        .tally { display: flex; gap: .9rem; color: var(--soft); font-size: .86rem; }
        .objectives > li { display: grid; grid-template-columns: 1.6rem minmax(0, 1fr) 300px 8.6rem; gap: 0 .8rem; align-items: center; padding: .6rem 0; border-top: 1px solid var(--faint); }
        .objectives > li:first-child { border-top: 0; padding-top: .1rem; }
        .objectives p { margin: 0; }
        .objectives .reason { grid-column: 2 / -1; font-size: .88rem; color: var(--soft); margin-top: .1rem; }
        .objectives .red .reason { color: var(--bad); }
        .objectives .figure { text-align: right; font-variant-numeric: tabular-nums; line-height: 1.25; }
        .value { display: block; font-size: 1.25rem; font-weight: 650; }
        .value.none { color: var(--soft); }
        .range { color: var(--soft); font-size: .8rem; white-space: nowrap; }
        .big { font-size: 1.22rem; font-weight: 650; margin: 0 0 .4rem; }
        .version { color: var(--accent); background: var(--accent-soft); border-radius: 4px; padding: 0 .35em; font-size: .82em; }
        .facts > div { display: grid; grid-template-columns: minmax(5.6rem, .55fr) minmax(0, 1fr); gap: .7rem; padding: .12rem 0; }
        .facts dt { color: var(--soft); font-size: .88rem; }
        .facts dd { font-variant-numeric: tabular-nums; }
        .facts.grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 0 1.4rem; }
        .facts.grid > div { border-bottom: 1px solid var(--faint); }
        .note { color: var(--soft); margin: .5rem 0 0; font-size: .9rem; }
        .failures { margin: .4rem 0 0; padding-left: 1rem; list-style: "✗  "; color: var(--bad); font-size: .88rem; }
        .steps { margin-top: .4rem; }
        .steps li { display: flex; gap: .5rem; align-items: baseline; padding: .08rem 0; }
        .steps .badge { flex: none; align-self: center; }
        .steps .number, .cached { margin-left: auto; color: var(--soft); font-size: .86rem; }
        .cached { font-style: italic; }
        .checks { margin: 0 0 .8rem; }
        .checks li { display: flex; gap: .5rem; align-items: baseline; padding: .1rem 0; }
        .checks .badge { flex: none; align-self: center; }
        .next li { padding: .35rem 0; }
        .next pre, .blank pre { background: var(--faint); border-radius: 6px; padding: .35rem .6rem; user-select: all; }
        .next p { margin: .2rem 0 0; color: var(--soft); font-size: .88rem; }
        .events li { display: grid; grid-template-columns: 8.2rem 1fr; gap: .6rem; padding: .18rem 0; font-size: .92rem; }
        .events time { color: var(--soft); font-size: .86rem; line-height: 1.65; }
        .blank { color: var(--soft); border: 1px dashed var(--line); border-radius: 7px; padding: .7rem .9rem; }
        .blank p { margin: 0; }
        .blank pre { color: var(--ink); margin-top: .5rem; }
        .tiles { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 14px; margin: .8rem 0 14px; }
        .tiles > div { padding: .6rem .8rem; }
        .tiles dt { color: var(--soft); font-size: .82rem; }
        .tiles dd { font-size: 1.22rem; font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.3; }
        .tiles small { display: block; font-weight: 400; }
        .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); gap: 14px; }
        .cards a { display: block; padding: .9rem 1.1rem; text-decoration: none; color: var(--ink); }
        .cards .big, .cards .meta { display: block; margin: 0; }
        .problem { color: var(--bad); background: var(--bad-soft); border-radius: 6px; padding: .5rem .7rem; }
        .lead { font-size: 1.08rem; max-width: 50rem; }
        .legend { color: var(--soft); font-size: .84rem; }
        .key { display: inline-block; width: 14px; height: 10px; margin: 0 .25rem 0 .8rem; }
        .key.reference { background: var(--reference); }
        .key.current { border: 2px solid var(--accent); border-bottom: 0; }
        .drift th[scope=row] { font-weight: 600; }
        .drift .steady { color: var(--soft); }
        .drift .steady th { font-weight: 400; color: var(--ink); }
        .chain > li { position: relative; margin-left: .5rem; padding: .1rem 0 1.1rem 1.4rem; border-left: 2px solid var(--line); scroll-margin-top: 1rem; }
        .chain > li:last-child { border-left-color: transparent; padding-bottom: 0; }
        .chain > li::before { content: ""; position: absolute; left: -7px; top: .3rem; width: 12px; height: 12px; border-radius: 50%; background: var(--mark, var(--soft)); border: 2px solid var(--card); }
        .chain > .absent::before { background: var(--card); border: 2px dashed var(--warn); }
        .chain > li:target { background: var(--accent-soft); border-radius: 0 7px 7px 0; }
        .chain h3 { margin: 0; font-size: 1rem; }
        .chain p { margin: 0 0 .2rem; }
        .chain .problem { display: inline-block; color: var(--warn); background: var(--warn-soft); }
        .kind { color: var(--mark, var(--soft)); text-transform: uppercase; letter-spacing: .06em; font-size: .74rem; font-weight: 650; }
        .kind-made { --mark: var(--made); }
        .kind-served { --mark: var(--served); }
        .kind-data { --mark: var(--data); }
        .kind-agreed { --mark: var(--agreed); }
        .absent { --mark: var(--warn); }
        .leads { font-size: .9rem; color: var(--soft); margin-top: .25rem; }
        .leads li::before { content: "↳ "; }
        .chain .facts > div { grid-template-columns: 11rem minmax(0, 1fr); max-width: 52rem; }

        """

    fileprivate static let forms = """
        input, select, button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .32rem .55rem; }
        input, select { border-color: color-mix(in srgb, var(--soft) 75%, var(--card)); width: 100%; min-height: 2.2rem; }
        button { cursor: pointer; border-color: color-mix(in srgb, var(--soft) 75%, var(--card)); min-height: 2.2rem; }
        button:hover, .button:hover { border-color: var(--accent); }
        .button { display: inline-block; color: inherit; text-decoration: none; background: var(--card); border: 1px solid color-mix(in srgb, var(--soft) 75%, var(--card)); border-radius: 6px; padding: .45rem .9rem; }
        .primary { background: var(--accent); border-color: var(--accent); color: var(--card); font-weight: 650; padding: .4rem 1.2rem; }
        .sign { display: grid; gap: .6rem; max-width: 34rem; margin: .8rem 0; padding: .9rem; background: var(--faint); border-radius: 7px; }
        .sign p { display: flex; flex-wrap: wrap; gap: .6rem; margin: .3rem 0 0; }
        .try { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1.6rem; }
        .try form > p { margin: .9rem 0 0; }
        .fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .6rem .9rem; }
        label { display: flex; flex-direction: column; justify-content: flex-end; gap: .12rem; min-width: 0; }
        .sign-in { display: grid; gap: .8rem; max-width: 24rem; }
        label .name { font-size: .86rem; line-height: 1.3; max-height: 4em; overflow: hidden; }
        .answer { border-left: 1px solid var(--line); padding-left: 1.6rem; min-width: 0; transition: opacity .15s; }
        .answer[aria-busy] { opacity: .4; }
        .outputs { margin-bottom: .8rem; }
        .outputs > div:first-child dd { font-weight: 650; font-size: 1.15rem; }
        .filter { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .6rem .9rem; align-items: end; margin: 0 0 14px; }
        .filter .wide { grid-column: span 3; }
        .filter p { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .8rem; margin: 0; }
        .filter .primary { padding: .4rem .8rem; }
        .choices { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: .2rem .9rem; }
        .choices label { flex-direction: row; justify-content: flex-start; align-items: center; gap: .5rem; }
        .choices input { width: auto; min-height: 0; }
        pre.secret { background: var(--faint); border-radius: 6px; padding: .8rem 1rem; font-size: 1rem; user-select: all; }
        pre.long { background: var(--faint); border-radius: 6px; padding: .55rem .7rem; max-height: 20rem; overflow: auto; }
        details { margin: .5rem 0 .8rem; }
        td details { margin: 0; }
        td summary { white-space: nowrap; }
        summary { cursor: pointer; color: var(--accent); padding: .2rem 0; }

        """

    fileprivate static let charts = """
        .chart { display: block; width: 100%; height: auto; overflow: visible; }
        .chart text { font: 11px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; fill: var(--soft); }
        .chart .tick { font-variant-numeric: tabular-nums; }
        .chart .grid { stroke: var(--faint); }
        .chart .axis { stroke: var(--line); }
        .chart .bound { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 3 2; }
        .chart .boundary { fill: var(--ink); }
        .fields.tensors { grid-template-columns: 1fr; }
        .fields textarea { width: 100%; font: .86em/1.5 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Liberation Mono", monospace; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .35rem .5rem; resize: vertical; }
        .contributions th { width: 30%; }
        .contributions svg { max-width: 300px; }
        .contribution .more { fill: var(--accent); }
        .contribution .less { fill: var(--gold); }
        .interval .rail { fill: var(--faint); }
        .interval .pass { fill: var(--good-soft); }
        .interval { --mark: var(--good); }
        .interval.red { --mark: var(--bad); }
        .interval.yellow { --mark: var(--warn); }
        .interval .bar { stroke: var(--mark); stroke-width: 3; }
        .interval .cap { stroke: var(--mark); stroke-width: 2; fill: none; }
        .interval .dot { fill: var(--mark); stroke: var(--card); stroke-width: 1.5; }
        .interval .judged { fill: var(--card); stroke: var(--mark); stroke-width: 2; }
        .histogram .reference rect { fill: var(--reference); }
        .histogram .current { fill: none; stroke: var(--accent); stroke-width: 1.8; stroke-linejoin: round; }
        .drift .histogram { width: 180px; }
        .drift .drifted .histogram .current { stroke: var(--warn); }
        .days .bars { fill: var(--accent); }
        .quality .line { fill: none; stroke: var(--accent); stroke-width: 1.8; }
        .quality .whisker { fill: none; stroke: var(--accent); stroke-width: 1.2; opacity: .7; }
        .quality .dot { fill: var(--accent); stroke: var(--card); stroke-width: 1.5; }
        .quality .cross { stroke: var(--bad); stroke-width: 2.5; stroke-linecap: round; }
        figcaption { font-weight: 600; margin: 0 0 .3rem; }
        figcaption .meta { font-weight: 400; }
        .loop { height: 22px; margin-top: 3px; }
        .loop path { fill: none; stroke: var(--soft); opacity: .6; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
        .lineage { width: auto; max-width: none; margin: 0 auto; }
        .lineage .arrows path { fill: none; stroke: var(--soft); stroke-width: 1.3; opacity: .75; }
        .lineage .tip { fill: var(--soft); }
        .lineage .relations text { paint-order: stroke; stroke: var(--card); stroke-width: 5px; stroke-linejoin: round; font-style: italic; }
        .lineage .face { fill: var(--ground); stroke: var(--line); stroke-width: 1.2; }
        .lineage a:hover .face, .lineage a:focus-visible .face { stroke: var(--accent); stroke-width: 2; }
        .lineage .absent .face { stroke: var(--warn); stroke-dasharray: 5 3; }
        .lineage .mark { stroke: var(--mark, var(--soft)); stroke-width: 3; stroke-linecap: round; }
        .lineage .kind { fill: var(--mark, var(--soft)); font-size: 9.5px; font-weight: 650; letter-spacing: .07em; }
        .lineage .title { fill: var(--ink); font-size: 13.5px; font-weight: 650; }
        .lineage a { text-decoration: none; }

        """

    fileprivate static let narrow = """
        @media (max-width: 1000px) {
          .strip ol { grid-template-columns: repeat(4, minmax(0, 1fr)); }
          .loop, .strip::after { display: none; }
          .columns { grid-template-columns: repeat(2, minmax(0, 1fr)); }
          .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
          .objectives > li { grid-template-columns: 1.6rem minmax(0, 1fr) 220px 8rem; }
        }
        @media (max-width: 720px) {
          main, .bar, footer { padding-left: 14px; padding-right: 14px; }
          .bar { gap: .5rem 1.1rem; }
          .search.compact { margin: 0; flex-basis: 100%; max-width: none; }
          .columns, .columns.two, .columns.verdicts { grid-template-columns: minmax(0, 1fr); }
          .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 8px; }
          .strip ol { grid-template-columns: minmax(0, 1fr); gap: 6px; }
          .strip li:not(:last-child)::after { display: none; }
          .strip li > * { display: grid; grid-template-columns: 8.2rem 1fr; gap: .6rem; align-items: baseline; border-top-width: 1px; border-left-width: 3px; padding: .4rem .6rem; }
          .strip .done > * { border-top-color: var(--line); border-left-color: var(--good); }
          .strip .attention > * { border-top-color: var(--line); border-left-color: var(--warn); }
          .strip .failed > * { border-top-color: var(--line); border-left-color: var(--bad); }
          .strip .empty > * { border-top-width: 1px; border-left: 3px dashed var(--line); padding: .4rem .6rem; }
          .strip .fact { margin: 0; }
          .objectives > li { grid-template-columns: 1.6rem minmax(0, 1fr) auto; align-items: start; }
          .chain .facts > div { grid-template-columns: 7rem minmax(0, 1fr); }
          .objectives .plot { grid-column: 2 / -1; grid-row: 2; margin-top: .3rem; }
          .objectives .reason { grid-row: 3; }
          .try { grid-template-columns: minmax(0, 1fr); }
          .answer { border-left: 0; padding-left: 0; border-top: 1px solid var(--line); padding-top: .9rem; }
          .events li { grid-template-columns: minmax(0, 1fr); gap: 0; }
          #drawing { display: none; }
          .drift, #recent table, #record table, #predictions table, #tokens table { min-width: 44rem; }
          .filter .wide { grid-column: 1 / -1; }
          .days text, .quality text, .columns .histogram text { font-size: 18px; }
        }

        """
}
