extension Stylesheet {
    /// What only the pages of datasets have.
    static let datasets = """
        .versions a, .versions span, .orders a { margin-left: .4rem; }
        .orders a[aria-current] { color: inherit; font-weight: 650; text-decoration: none; }
        .profile { margin: 0 0 1rem; overflow-wrap: normal; }
        .profile thead a { color: inherit; text-decoration: none; }
        .profile thead a:hover { color: var(--accent); text-decoration: underline; }
        .profile th[aria-sort] a::after { content: " ▲"; font-size: .7em; }
        .profile th[aria-sort=descending] a::after { content: " ▼"; }
        .profile tbody th { font-weight: 600; min-width: 7.5rem; max-width: 15rem; overflow-wrap: anywhere; }
        .profile tbody th small { display: block; font-weight: 400; }
        .profile tbody tr:first-child > * { border-bottom: 0; padding-bottom: 0; }
        .profile tbody tr.further > * { border-bottom: 1px solid var(--faint); padding-top: 0; }
        .profile .further details { margin: 0; }
        .profile .further summary { display: inline-block; font-size: .84rem; white-space: normal; }
        .profile .column { width: 180px; }
        .profile .much { color: var(--warn); font-weight: 650; }
        .profile .value-text { max-width: 14rem; overflow-wrap: anywhere; }
        .unfolded { display: grid; grid-template-columns: minmax(0, 420px) minmax(14rem, 1fr) minmax(14rem, 1fr); gap: .6rem 1.6rem; padding: .4rem 0 .8rem; align-items: start; }
        .unfolded .column { width: 100%; }
        .alone { margin: 0 0 .8rem; }
        .matrix { max-width: 44rem; }
        .matrix .more { fill: var(--accent); }
        .matrix .less { fill: var(--gold); }
        .matrix .none { fill: var(--faint); }
        .patterns svg { width: 12rem; }
        .patterns .absent { fill: var(--warn); }
        .patterns .there { fill: var(--faint); }
        .column rect { fill: var(--accent); }
        .column rect.rest { fill: var(--reference); }
        .axes { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: end; margin: 0 0 1rem; }
        .axes select { max-width: 15rem; }
        .facets { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 1rem 1.4rem; }
        .facets.one { grid-template-columns: minmax(0, 52rem); }
        .facets figcaption { font-size: .88rem; margin: 0 0 .2rem; }
        .scatter circle { fill: currentColor; fill-opacity: .55; stroke: none; }
        .scatter .name { fill: var(--ink); }
        .key.dots { border-radius: 50%; width: .7em; height: .7em; background: currentColor; }
        .more-0 { color: var(--gold); }
        .more-1 { color: color-mix(in oklab, var(--gold), var(--accent) 25%); }
        .more-2 { color: color-mix(in oklab, var(--gold), var(--accent) 50%); }
        .more-3 { color: color-mix(in oklab, var(--gold), var(--accent) 75%); }
        .more-4 { color: var(--accent); } .more-5 { color: var(--reference); }
        .notes li { color: var(--soft); padding: .1rem 0; }
        .notes { margin-top: .5rem; }
        .expectations th[scope=row] { font-weight: 600; }
        @media (max-width: 720px) {
          .unfolded { grid-template-columns: minmax(0, 1fr); max-width: calc(100vw - 70px); }
          .profile, .expectations, #rejected table { min-width: 44rem; }
          .profile .further details { position: sticky; left: 0; max-width: calc(100vw - 70px); }
        }

        """
}
