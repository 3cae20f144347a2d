import Testing

/// Reads a page tag by tag: every element is closed in order, every attribute is quoted, and nothing is allowed that the content security
/// policy would refuse or that could run.
struct MarkupCheck {
    private let page: Substring
    private static let void: Set<String> = ["meta", "link", "input", "br", "img"]
    /// Every element that the pages use; anything else came in through a text.
    private static let known: Set<String> = [
        "html", "head", "meta", "title", "link", "script", "body", "a", "header", "nav", "main", "footer", "form", "input", "button", "section",
        "div",
        "h1", "h2", "h3", "p", "span", "small", "code", "pre", "ol", "ul", "li", "dl", "dt", "dd", "time", "table", "thead", "tbody", "tr", "th",
        "td",
        "strong", "label", "img", "select", "option", "datalist", "mark", "details", "summary", "figure", "figcaption", "bdi", "svg", "g", "path",
        "rect",
        "line",
        "circle",
        "text",
        "defs", "marker",
    ]

    init(_ page: String) { self.page = page[...] }

    func run() throws {
        var open: [String] = []
        var rest = try #require(page.hasPrefix("<!doctype html>\n") ? page.dropFirst(16) : nil)
        while let start = rest.firstIndex(of: "<") {
            try #require(!rest[..<start].contains(">"), "a bare > in text")
            rest = rest[rest.index(after: start)...]
            let end = try #require(rest.firstIndex(of: ">"), "a tag that does not end")
            let tag = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if tag.hasPrefix("/") {
                try #require(open.popLast() == String(tag.dropFirst()), "</\(tag.dropFirst().prefix(40))> closes something else")
            } else if let name = try element(tag) {
                open.append(name)
            }
        }
        #expect(open.isEmpty)
    }

    /// The name of the element that a tag opens; nil where it opens none.
    private func element(_ tag: Substring) throws -> String? {
        let isClosed = tag.hasSuffix("/")
        let body = isClosed ? tag.dropLast() : tag
        let name = String(body.prefix { $0 != " " })
        try #require(MarkupCheck.known.contains(name), "<\(name.prefix(40))>")
        var attributes = body.dropFirst(name.count)
        while let start = attributes.firstIndex(where: { $0 != " " }) {
            attributes = attributes[start...]
            let key = attributes.prefix { $0 != "=" && $0 != " " }
            try #require(
                !key.hasPrefix("on") && key != "style" && key.allSatisfy { $0.isLetter && $0.isASCII || $0.isNumber || $0 == "-" }, "attribute \(key)"
            )
            attributes = attributes.dropFirst(key.count)
            guard attributes.hasPrefix("=") else { continue }
            try #require(attributes.hasPrefix("=\""), "an attribute without quotes: \(key)")
            let value = attributes.dropFirst(2).prefix { $0 != "\"" }
            if key == "href" || key == "src" || key == "action" {
                try #require(value.hasPrefix("/") || value.hasPrefix("#"), "\(key) leads to \(value.prefix(60))")
            }
            attributes = attributes.dropFirst(3 + value.count)
        }
        return isClosed || MarkupCheck.void.contains(name) ? nil : name
    }
}
