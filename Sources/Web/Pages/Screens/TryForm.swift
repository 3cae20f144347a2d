import Support
import Tables

/// The form that sends one row to an endpoint, with the answer and the same request as a command.
struct TryForm {
    let view: EndpointView
    let attempt: TryAttempt?

    /// How many fields stand in the open; the rest unfolds.
    private static let openFields = 24

    var html: HTML {
        section(
            "try", "Try it",
            """
            <div class="try">
            <form method="post" action="\(PagePath.endpoint(view.endpoint.name))#try" data-try>
            <input type="hidden" name="version" value="\(view.endpoint.version)">
            \(fields)
            <p><button type="submit" class="primary">Predict</button></p>
            </form>
            <div class="answer" id="answer" aria-live="polite">
            \(answer)
            </div>
            </div>
            """)
    }

    private var fields: HTML {
        let tensors = view.endpoint.tensors
        guard tensors.isEmpty else { return "<div class=\"fields tensors\">\(tensors.enumerated().map { tensor($0, $1) })</div>" }
        let fields = view.endpoint.inputs.enumerated().map { field($0, $1) }
        let open: HTML = "<div class=\"fields\">\(Array(fields.prefix(TryForm.openFields)))</div>"
        guard fields.count > TryForm.openFields else { return open }
        let rest = Array(fields.dropFirst(TryForm.openFields))
        return "\(open)<details><summary>\(Figure.count(rest.count, "more column"))</summary><div class=\"fields\">\(rest)</div></details>"
    }

    private func field(_ index: Int, _ input: InputView) -> HTML {
        let sent = attempt.map { $0.request.values.indices.contains(index) ? $0.request.values[index] : nil } ?? input.exampleText
        return "<label><span class=\"name\">\(isolated(input.name))\(hint(input))</span>\(control(index, input, sent ?? ""))</label>"
    }

    private func tensor(_ index: Int, _ tensor: TensorInputView) -> HTML {
        let sent = attempt.flatMap { $0.request.values.indices.contains(index) ? $0.request.values[index] : nil } ?? tensor.exampleText
        return """
            <label><span class="name">\(isolated(tensor.name)) <small>\(tensor.hint)</small></span>\
            <textarea name="v\(index)" rows="4" spellcheck="false" required>\(sent)</textarea></label>
            """
    }

    private func hint(_ input: InputView) -> HTML {
        var words: [String] = []
        if let minimum = input.minimum, let maximum = input.maximum, input.kind == .integer || input.kind == .number {
            words.append("\(Figure.metric(minimum)) – \(Figure.metric(maximum))")
        }
        if input.mayBeMissing { words.append("optional") }
        return words.isEmpty ? "" : " <small>\(words.joined(separator: " · "))</small>"
    }

    private func control(_ index: Int, _ input: InputView, _ value: String) -> HTML {
        let name: HTML = "name=\"v\(index)\" value=\"\(value)\"\(input.mayBeMissing ? .nothing : " required")"
        switch input.kind {
        case .text where !input.categories.isEmpty:
            let options = input.categories.map { "<option value=\"\($0)\"></option>" as HTML }
            return "<input type=\"text\" \(name) list=\"list\(index)\" autocomplete=\"off\"><datalist id=\"list\(index)\">\(options)</datalist>"
        case .text: return "<input type=\"text\" \(name) autocomplete=\"off\">"
        case .boolean:
            let options = (input.mayBeMissing ? [""] : []) + ["true", "false"]
            return "<select name=\"v\(index)\">\(options.map { option($0, chosen: $0 == value) })</select>"
        case .integer: return "<input type=\"number\" step=\"1\" inputmode=\"numeric\" \(name)>"
        case .number: return "<input type=\"number\" step=\"any\" inputmode=\"decimal\" \(name)>"
        case .timestamp: return "<input type=\"text\" placeholder=\"2026-11-23T21:36:00Z\" \(name) autocomplete=\"off\">"
        }
    }

    private func option(_ value: String, chosen: Bool) -> HTML {
        "<option value=\"\(value)\"\(chosen ? " selected" : HTML.nothing)>\(value)</option>"
    }

    /// The answer, or the example before anything was sent.
    private var answer: HTML {
        guard let attempt else {
            return "<h3>The same from a terminal</h3>\(code(view.curl))"
        }
        let outcome: HTML =
            switch attempt.result {
            case .success(let body): AnswerSummary(body: body, endpoint: view.endpoint).html
            case .failure(let error): "<p class=\"problem\" role=\"alert\">\(badge("bad", "✗", "refused")) \(isolated(error.message))</p>"
            }
        let body: HTML = (try? attempt.result.get()).map { "<details><summary>Answer as JSON</summary>\(code($0.pretty))</details>" } ?? ""
        return "\(outcome)\(body)<h3>The same from a terminal</h3>\(code(attempt.request.curl(address: view.address)))"
    }

    private func code(_ text: String) -> HTML { "<pre class=\"long\" tabindex=\"0\"><code>\(text)</code></pre>" }
}
