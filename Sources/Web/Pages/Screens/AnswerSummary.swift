import Support

/// The outputs of an Open Inference answer for one row, for a person.
struct AnswerSummary {
    let body: JSONValue
    let endpoint: EndpointSummaryView

    var html: HTML {
        let outputs = body["outputs"].elements
        guard !outputs.isEmpty else { return "<p class=\"problem\">The answer has no outputs.</p>" }
        let version: HTML = body["model_version"].text.map { "<div><dt>model version</dt><dd>\(isolated($0))</dd></div>" } ?? ""
        return """
            <h3>Answer</h3>
            <dl class="facts outputs">
            \(outputs.map(row))
            \(prediction)
            \(version)
            </dl>
            """
    }

    /// The identifier of an answer in tensors, which stands beside them.
    private var prediction: HTML {
        guard let id = body["parameters"]["prediction_id"].text else { return "" }
        return "<div><dt>prediction_id</dt><dd><a href=\"\(PagePath.why(id))\"><code>\(id)</code></a></dd></div>"
    }

    private func row(_ output: JSONValue) -> HTML {
        let name = output["name"].text ?? "output"
        let data = output["data"].elements
        return "<div><dt>\(isolated(name))</dt><dd>\(values(name, data))</dd></div>"
    }

    private func values(_ name: String, _ data: [JSONValue]) -> HTML {
        if name == "prediction_id", let id = data.first?.text {
            return "<a href=\"\(PagePath.why(id))\"><code>\(id)</code></a>"
        }
        guard data.count > 1, data.count == endpoint.answer.classes.count else { return isolated(data.prefix(20).map(text).joined(separator: ", ")) }
        let pairs = zip(endpoint.answer.classes, data).sorted { $0.1.double ?? 0 > $1.1.double ?? 0 }.prefix(8)
        return isolated(pairs.map { "\($0) \(text($1))" }.joined(separator: " · "))
    }

    private func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .number(let number): Figure.metric(number)
        default: value.compact
        }
    }
}
