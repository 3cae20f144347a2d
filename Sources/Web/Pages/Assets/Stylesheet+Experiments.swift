extension Stylesheet {
    /// What only the pages of experiments have.
    static let experiments = """
        .finder { display: grid; grid-template-columns: minmax(0, 1fr) minmax(9rem, 13rem) auto; gap: .6rem .9rem; align-items: end; margin: 0 0 .4rem; }
        .finder p { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .8rem; margin: 0; }
        .finder input { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: .92em; }
        .finder .problem { grid-column: 1 / -1; }
        .finder .problem p { display: block; }
        .finder .wrong { display: block; margin-top: .35rem; white-space: pre-wrap; color: var(--ink); }
        .wrong mark { color: inherit; background: none; text-decoration: underline wavy var(--bad) 2px; text-underline-offset: .25em; font-weight: 650; }
        .wrong mark.end { text-decoration: none; color: var(--bad); }
        .sought { position: relative; }
        .sought input[aria-invalid] { border-color: var(--bad); }
        .offers { position: absolute; z-index: 3; top: 100%; left: 0; right: 0; max-width: 34rem; max-height: 19rem; overflow: auto; margin-top: 2px; background: var(--card); border: 1px solid var(--line); border-radius: 6px; box-shadow: 0 6px 20px rgb(0 0 0 / 16%); }
        .offers[hidden] { display: none; }
        .offers li { padding: .3rem .7rem; cursor: pointer; font: .86em/1.5 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Liberation Mono", monospace; }
        .offers li:hover, .offers li[aria-selected=true] { background: var(--accent-soft); }
        .asides { display: flex; flex-wrap: wrap; gap: 0 1.6rem; margin: 0 0 .6rem; }
        .asides details { margin: 0 0 .3rem; min-width: 0; }
        .asides details[open] { flex-basis: 100%; }
        .runs thead a { color: inherit; text-decoration: none; }
        .runs thead a:hover { color: var(--accent); text-decoration: underline; }
        .runs th[aria-sort] a::after { content: " ▲"; font-size: .7em; }
        .runs th[aria-sort=descending] a::after { content: " ▼"; }
        .runs td, .runs th { white-space: nowrap; max-width: 22rem; overflow: hidden; text-overflow: ellipsis; }
        .runs tbody th { font-weight: 600; }
        .runs tbody tr:hover > * { background: var(--faint); }
        .runs .pick { width: 2.2rem; padding-left: .3rem; }
        .runs .number + :not(.number) { padding-left: .7rem; }
        body:has(table.runs) :is(main, .bar, footer) { max-width: 1500px; }
        .listed thead th:nth-child(2), .listed tbody th, .groups thead th:nth-child(2), .groups tbody th { position: sticky; left: 0; background: var(--card); z-index: 1; }
        .listed tbody tr:hover th { background: var(--faint); }
        .runs .pick input { width: 1.1rem; min-height: 0; height: 1.1rem; vertical-align: middle; }
        .runs .nested { color: var(--soft); font-weight: 400; }
        .groups tbody { border-bottom: 1px solid var(--faint); }
        .groups .twist { display: inline-block; width: 1.5rem; text-align: center; text-decoration: none; }
        .groups .span { display: block; font-size: .76rem; }
        .groups .member > *, .groups .member > th { background: color-mix(in srgb, var(--faint) 55%, var(--card)); }
        .groups .member th { font-weight: 400; padding-left: .8rem; }
        .groups .rest td { background: color-mix(in srgb, var(--faint) 55%, var(--card)); }
        .facts.grid.standing { grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
        .facts.standing > div { grid-template-columns: 5.6rem minmax(0, 1fr); }
        .runs .origin { font-weight: 400; color: var(--soft); display: block; font-size: .76rem; }
        .compared .differs { background: var(--warn-soft); }
        .compared td, .compared thead th { padding-left: .7rem; }
        .compared tbody th, .compared thead td { position: sticky; left: 0; background: var(--card); padding-right: .9rem; }
        .compared thead th a { color: var(--accent); text-decoration: underline; }
        .pager { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin: .8rem 0 0; }
        .plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem 1.6rem; }
        .plots figure { min-width: 0; }
        .series .line { fill: none; stroke: var(--accent); stroke-width: 1.8; stroke-linejoin: round; }
        .series .band { fill: var(--accent); opacity: .18; }
        .series .dot { fill: var(--accent); }
        .live path { fill: none; stroke-width: 1.6; stroke-linejoin: round; stroke-linecap: round; }
        .moving .plots { grid-template-columns: repeat(auto-fit, minmax(min(23rem, 100%), 1fr)); }
        .moving .legend .line { white-space: nowrap; }
        .legend strong { margin-right: .6rem; font-variant-numeric: tabular-nums; font-weight: 600; }
        .key[class*="hue-"] { background: currentColor; }
        .plot { min-height: 17rem; overflow: hidden; }
        .plot.tall { min-height: 26rem; }
        .controls { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; align-items: center; margin: 0 0 .8rem; }
        .controls label { flex-direction: row; align-items: center; gap: .5rem; font-size: .88rem; }
        .controls input, .controls select { width: auto; }
        .controls input[type=checkbox] { min-height: 0; }
        .controls[hidden], .plot[hidden] { display: none; }
        .files li { display: flex; gap: .8rem; justify-content: space-between; padding: .22rem 0; border-bottom: 1px solid var(--faint); }
        .files li:last-child { border-bottom: 0; }
        .files .folder { display: block; }
        .files .folder details { margin: 0; }
        .files .folder .files { padding-left: 1.1rem; border-left: 1px solid var(--line); margin-left: .3rem; }
        .files [aria-current] { font-weight: 650; color: var(--ink); text-decoration: none; }
        .beside { display: grid; grid-template-columns: minmax(14rem, 19rem) minmax(0, 1fr); gap: 14px; align-items: start; }
        .plots .part { grid-column: 1 / -1; margin: .6rem 0 -.4rem; border-top: 1px solid var(--line); padding-top: .8rem; }
        .reels { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: 1rem 1.6rem; }
        .reel { min-width: 0; }
        .strip-of-pictures { display: flex; gap: .6rem; overflow-x: auto; padding: 2px 2px .5rem; }
        .strip-of-pictures li { flex: none; }
        .strip-of-pictures a { display: block; text-decoration: none; }
        .strip-of-pictures img { display: block; height: 9rem; width: auto; max-width: 17rem; object-fit: contain; border: 1px solid var(--line); border-radius: 6px; background: #fff; image-rendering: auto; }
        .strip-of-pictures .meta { display: block; text-align: center; }
        .reels.single .strip-of-pictures { overflow: visible; }
        .reels.single .strip-of-pictures li { display: none; }
        .reels.single .strip-of-pictures li.shown { display: block; }
        .reels.single .strip-of-pictures img { height: auto; max-height: 20rem; width: auto; max-width: 100%; min-width: min(14rem, 100%); }
        .reels.single .strip-of-pictures .meta { text-align: left; }
        img.small { display: block; height: 4rem; width: auto; border: 1px solid var(--line); border-radius: 4px; background: #fff; }
        .ridges .hill { fill: color-mix(in srgb, var(--accent) 55%, var(--card)); stroke: var(--card); stroke-width: 1.2; stroke-linejoin: round; }
        .ridge { max-width: 44rem; }
        .picture { display: block; max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: 6px; }
        .preview { max-height: 44rem; overflow: auto; background: var(--faint); border-radius: 6px; padding: .7rem .9rem; }
        .note-text { white-space: pre-wrap; max-width: 62rem; }
        .values { table-layout: fixed; }
        .values td { overflow-wrap: anywhere; }
        .values tbody th, .values thead th:first-child { width: 42%; }
        .values thead th.number:last-child { width: 5.5rem; }
        .values summary { overflow: hidden; text-overflow: ellipsis; }
        .columns.two:has(.values) { align-items: start; }
        .data td, .data th { padding-left: .7rem; }
        .data td:first-child, .data th:first-child { padding-left: 0; }
        .parallel .axis { stroke: var(--line); stroke-width: 1.5; }
        .parallel { min-width: 44rem; }
        .parallel text { paint-order: stroke; stroke: var(--card); stroke-width: 4px; stroke-linejoin: round; }
        .parallel .name { fill: var(--ink); font-weight: 600; }
        .parallel path { fill: none; stroke-width: 1.6; opacity: .75; }
        .parallel path:hover { stroke-width: 3.5; opacity: 1; }
        .hue-0 { stroke: #1d5c9e; color: #1d5c9e; } .hue-1 { stroke: #b98a1b; color: #b98a1b; } .hue-2 { stroke: #1a6b3a; color: #1a6b3a; } .hue-3 { stroke: #b0271d; color: #b0271d; }
        .hue-4 { stroke: #6b4aa0; color: #6b4aa0; } .hue-5 { stroke: #0f7f86; color: #0f7f86; } .hue-6 { stroke: #a2497a; color: #a2497a; } .hue-7 { stroke: #6a7280; color: #6a7280; }
        @media (prefers-color-scheme: dark) {
          .hue-0 { stroke: #82b8ef; color: #82b8ef; } .hue-1 { stroke: #d9ae4b; color: #d9ae4b; } .hue-2 { stroke: #74d297; color: #74d297; } .hue-3 { stroke: #ff968c; color: #ff968c; }
          .hue-4 { stroke: #bda2ee; color: #bda2ee; } .hue-5 { stroke: #6fd0d6; color: #6fd0d6; } .hue-6 { stroke: #ef9cc6; color: #ef9cc6; } .hue-7 { stroke: #a5afbd; color: #a5afbd; }
        }
        @media (max-width: 720px) {
          .finder { grid-template-columns: minmax(0, 1fr); }
          .plots, .reels, .beside { grid-template-columns: minmax(0, 1fr); }
          .beside > #content { order: -1; }
          .runs td, .runs th { max-width: 13rem; }
        }

        """
}
