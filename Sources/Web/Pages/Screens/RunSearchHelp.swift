/// How runs are searched, with the keys that there are to search by.
struct RunSearchHelp {
    let known: [RunColumn]

    private static let examples: [(filter: HTML, meaning: HTML)] = [
        ("metrics.accuracy &gt; 0.9", "the latest value of a metric"),
        ("params.model = &#39;trees&#39;", "a parameter, which is always a text"),
        ("tags.team IN (&#39;red&#39;, &#39;blue&#39;)", "a tag; <code>IS NULL</code> where it is not set"),
        (
            "attributes.status = &#39;FINISHED&#39;",
            "also <code>run_name</code>, <code>user_id</code>, <code>start_time</code>, <code>end_time</code>"
        ),
        ("datasets.name LIKE &#39;loans%&#39;", "<code>LIKE</code> with <code>%</code> for any text, <code>ILIKE</code> for any letter case"),
        (
            "metrics.`val loss` &lt; 1 and params.depth != &#39;3&#39;",
            "all that is joined by <code>and</code> must hold; odd names stand in backticks"
        ),
    ]

    var html: HTML {
        """
        <details><summary>How to search</summary>
        <dl class="facts">\(Self.examples.map { "<div><dt><code>\($0.filter)</code></dt><dd>\($0.meaning)</dd></div>" as HTML })</dl>
        \(keys)
        </details>
        """
    }

    private var keys: HTML {
        guard !known.isEmpty else { return "" }
        let list = known.prefix(60).map { "<code>\($0.written)</code>" as HTML }
        return "<p class=\"note\">The runs of this page have: \(list)</p>"
    }
}
