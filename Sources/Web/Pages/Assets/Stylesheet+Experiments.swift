extension Stylesheet {
    /// What only the pages of experiments have.
    static let experiments = """
        .finder { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: .6rem .9rem; align-items: end; margin: 0 0 .4rem; }
        .finder p { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .8rem; margin: 0; }
        .finder input { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Liberation Mono", monospace; font-size: .92em; }
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
        .runs .pick input { width: 1.1rem; min-height: 0; height: 1.1rem; vertical-align: middle; }
        .runs .nested { color: var(--soft); font-weight: 400; }
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
        .plot { min-height: 17rem; overflow: hidden; }
        .plot.tall { min-height: 26rem; }
        .controls { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; align-items: center; margin: 0 0 .8rem; }
        .controls label { flex-direction: row; align-items: center; gap: .5rem; font-size: .88rem; }
        .controls input, .controls select { width: auto; }
        .controls input[type=checkbox] { min-height: 0; }
        .controls[hidden], .plot[hidden] { display: none; }
        .files li { display: flex; gap: .8rem; justify-content: space-between; padding: .22rem 0; border-bottom: 1px solid var(--faint); }
        .files li:last-child { border-bottom: 0; }
        .picture { display: block; max-width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: 6px; }
        .preview { max-height: 44rem; overflow: auto; background: var(--faint); border-radius: 6px; padding: .7rem .9rem; }
        .note-text { white-space: pre-wrap; max-width: 62rem; }
        .values td { overflow-wrap: anywhere; }
        .values th { width: 40%; }
        .parallel .axis { stroke: var(--line); stroke-width: 1.5; }
        .parallel path { fill: none; stroke-width: 1.6; opacity: .75; }
        .parallel path:hover { stroke-width: 3.5; opacity: 1; }
        .hue-0 { stroke: #1d5c9e; } .hue-1 { stroke: #b98a1b; } .hue-2 { stroke: #1a6b3a; } .hue-3 { stroke: #b0271d; }
        .hue-4 { stroke: #6b4aa0; } .hue-5 { stroke: #0f7f86; } .hue-6 { stroke: #a2497a; } .hue-7 { stroke: #6a7280; }
        @media (prefers-color-scheme: dark) {
          .hue-0 { stroke: #82b8ef; } .hue-1 { stroke: #d9ae4b; } .hue-2 { stroke: #74d297; } .hue-3 { stroke: #ff968c; }
          .hue-4 { stroke: #bda2ee; } .hue-5 { stroke: #6fd0d6; } .hue-6 { stroke: #ef9cc6; } .hue-7 { stroke: #a5afbd; }
        }
        @media (max-width: 720px) {
          .finder { grid-template-columns: minmax(0, 1fr); }
          .plots { grid-template-columns: minmax(0, 1fr); }
          .runs td, .runs th { max-width: 13rem; }
        }

        """
}
