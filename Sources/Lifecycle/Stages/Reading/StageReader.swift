internal import Foundation
internal import Settings
internal import Support

/// Makes stages of the entries below `stages`.
struct StageReader {
    let source: StageSource
    /// The `dvc.yaml`, relative to the repository.
    let file: String
    /// Its folder, relative to the repository.
    let folder: String
    let style: TemplateStyle

    private static let keys = [
        "cmd", "wdir", "deps", "params", "outs", "metrics", "plots", "vars", "frozen", "always_changed", "desc", "meta", "matrix",
    ]
    /// The most stages that one entry may stand for.
    private static let mostStages = 100_000

    /// A context with what a list of variables adds to it.
    func context(
        _ context: TemplateContext, _ node: SettingsNode?, in folder: String, readsDefault: Bool
    ) throws(MartletError) -> TemplateContext {
        var context = context
        let variables = try node?.list() ?? []
        for variable in variables where StageReader.holdsTemplate(variable.stageValue) {
            throw variable.failure("Nothing is filled in within “vars”; write the value out.")
        }
        do { try context.load(variables.map(\.stageValue), in: folder, source: source, readsDefault: readsDefault) } catch {
            throw placed(error, node?.place)
        }
        return context
    }

    private static func holdsTemplate(_ value: JSONValue) -> Bool {
        switch value {
        case .string(let text): Template.isTemplate(text)
        case .array(let elements): elements.contains(where: holdsTemplate)
        case .object(let members): members.contains { holdsTemplate($0.value) || Template.isTemplate($0.key) }
        default: false
        }
    }

    private func placed(_ error: MartletError, _ place: SourcePlace?) -> MartletError {
        MartletError(error.code, error.message, place: error.place ?? place ?? SourcePlace(file: file), cause: error.cause)
    }

    /// The stages that an entry stands for.
    func stages(_ name: String, _ node: SettingsNode, _ context: TemplateContext, _ place: SourcePlace) throws(MartletError) -> [Stage] {
        if let items = node["foreach"] {
            _ = try node.mapping(keys: ["foreach", "do"])
            return try each(name, items, try node.required("do"), context)
        }
        _ = try node.mapping(keys: StageReader.keys)
        if let matrix = node["matrix"] { return try combined(name, matrix, node, context) }
        return [try stage(name, node, context, place)]
    }

    // MARK: Many stages of one entry

    private func each(_ name: String, _ items: SettingsNode, _ body: SettingsNode, _ context: TemplateContext) throws(MartletError) -> [Stage] {
        _ = try body.mapping(keys: StageReader.keys.filter { $0 != "matrix" })
        var pairs: [JSONValue.Member] = []
        let hasKeys: Bool
        switch try filled(items.stageValue, context, items.place) {
        case .object(let members):
            hasKeys = true
            pairs = members
        case .array(let elements):
            hasKeys = false
            let isComposite = elements.contains { if case .array = $0 { true } else if case .object = $0 { true } else { false } }
            for (i, element) in elements.enumerated() {
                pairs.append(JSONValue.Member(isComposite ? "\(i)" : StageReader.name(element, i, of: items.stageValue), element))
            }
        default: throw items.failure("“foreach” of the stage “\(name)” needs a list or a mapping.")
        }
        try check(pairs.count, items)
        var stages: [Stage] = []
        for pair in StageReader.unique(pairs) {
            var values = [JSONValue.Member("item", pair.value)]
            if hasKeys { values.append(JSONValue.Member("key", .string(pair.key))) }
            stages.append(try stage("\(name)@\(pair.key)", body, context.setting(values), body.place))
        }
        return stages
    }

    private func combined(_ name: String, _ matrix: SettingsNode, _ node: SettingsNode, _ context: TemplateContext) throws(MartletError) -> [Stage] {
        var combinations: [(key: [String], item: [JSONValue.Member])] = [([], [])]
        for axis in try filled(matrix.stageValue, context, matrix.place).members {
            guard case .array(let values) = axis.value else { throw matrix.failure("“\(axis.key)” of the matrix of “\(name)” needs a list.") }
            try check(combinations.count * max(1, values.count), matrix)
            let written = matrix.stageValue[axis.key]
            combinations = combinations.flatMap { before in
                values.enumerated().map { i, value in
                    (before.key + [StageReader.fragment(axis.key, i, value, of: written)], before.item + [JSONValue.Member(axis.key, value)])
                }
            }
        }
        var pairs: [JSONValue.Member] = []
        for combination in combinations { pairs.append(JSONValue.Member(combination.key.joined(separator: "-"), .object(combination.item))) }
        var stages: [Stage] = []
        for pair in StageReader.unique(pairs) {
            let values = [JSONValue.Member("key", .string(pair.key)), JSONValue.Member("item", pair.value)]
            stages.append(try stage("\(name)@\(pair.key)", node, context.setting(values), node.place))
        }
        return stages
    }

    private func check(_ count: Int, _ node: SettingsNode) throws(MartletError) {
        guard count <= StageReader.mostStages else { throw node.failure("This stands for more than \(StageReader.mostStages) stages.") }
    }

    /// What a value adds to a stage's name: the value, or for lists and mappings the axis and its place there.
    private static func fragment(_ axis: String, _ place: Int, _ value: JSONValue, of written: JSONValue) -> String {
        switch value {
        case .array, .object: "\(axis)\(place)"
        default: name(value, place, of: written)
        }
    }

    /// What a single value is called in a stage's name. DVC writes a truth value that came from a variable with a capital letter there.
    /// - Parameter written: the list as it stands in the file.
    private static func name(_ value: JSONValue, _ place: Int, of written: JSONValue) -> String {
        guard let flag = value.flag else { return Template.text(value) }
        let isVariable = if case .array(let elements) = written { elements.indices.contains(place) && elements[place].text != nil } else { true }
        return isVariable ? (flag ? "True" : "False") : Template.text(value)
    }

    /// One pair for each key: where it first stood, with the last value.
    private static func unique(_ pairs: [JSONValue.Member]) -> [JSONValue.Member] {
        var places: [String: Int] = [:]
        var unique: [JSONValue.Member] = []
        for pair in pairs {
            if let place = places[pair.key] {
                unique[place].value = pair.value
            } else {
                places[pair.key] = unique.count
                unique.append(pair)
            }
        }
        return unique
    }

    private func filled(_ value: JSONValue, _ context: TemplateContext, _ place: SourcePlace) throws(MartletError) -> JSONValue {
        do { return try Template(context: context, style: style).filled(value, key: nil) } catch { throw placed(error, place) }
    }

    // MARK: One stage

    private func stage(_ name: String, _ node: SettingsNode, _ context: TemplateContext, _ place: SourcePlace) throws(MartletError) -> Stage {
        var folder = folder
        if let wdir = node["wdir"] { folder = StagePath.joined(folder, Template.text(try filled(.string(try wdir.string()), context, wdir.place))) }
        let context = node["vars"] == nil ? context : try self.context(context, node["vars"], in: folder, readsDefault: false)
        let values = StageValues(name: name, node: node, template: Template(context: context, style: style))
        var stage = Stage(name: name, file: file, command: try values.command(), folder: folder)
        stage.dependencies = try values.texts("deps")
        stage.parameters = try values.parameters()
        for kind in [("outs", Stage.Output.Kind.out), ("metrics", .metric), ("plots", .plot)] { stage.outputs += try values.outputs(kind.0, kind.1) }
        stage.isFrozen = try node["frozen"]?.bool() ?? false
        stage.alwaysRuns = try node["always_changed"]?.bool() ?? false
        stage.description = try node["desc"]?.string()
        stage.place = place
        try check(stage, place)
        return stage
    }

    /// A stage names each path once, and none outside of the repository.
    private func check(_ stage: Stage, _ place: SourcePlace) throws(MartletError) {
        if stage.folder.hasPrefix("/") || stage.folder.hasPrefix("..") {
            throw MartletError(.invalidInput, "The stage “\(stage.name)” works outside of the repository. Choose a “wdir” inside.", place: place)
        }
        var known: Set<String> = []
        for path in stage.dependencies + stage.outputs.map(\.path) where !known.insert(stage.path(path)).inserted {
            throw MartletError(.invalidInput, "The stage “\(stage.name)” names “\(path)” twice. Keep one.", place: place)
        }
        for output in stage.outputs {
            let path = stage.path(output.path)
            if path.isEmpty || path.hasPrefix("/") || path.hasPrefix("..") {
                throw MartletError(
                    .invalidInput, "The output “\(output.path)” of the stage “\(stage.name)” lies outside of the repository.", place: place)
            }
        }
    }
}
