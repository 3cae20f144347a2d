internal import Settings
internal import Support

/// The values of one stage, its templates filled in.
struct StageValues {
    let name: String
    let node: SettingsNode
    let template: Template

    private func filled(_ key: String) throws(MartletError) -> (value: JSONValue, place: SourcePlace)? {
        guard let node = node[key] else { return nil }
        do { return (try template.filled(node.stageValue, key: key), node.place) } catch {
            throw MartletError(error.code, error.message, place: error.place ?? node.place, cause: error.cause)
        }
    }

    private func fault(_ message: String, _ place: SourcePlace) -> MartletError {
        MartletError(.invalidInput, "The stage “\(name)”: \(message)", place: place)
    }

    /// The command, or several.
    func command() throws(MartletError) -> JSONValue {
        guard let (value, place) = try filled("cmd") else { throw node.failure("The stage “\(name)” needs “cmd”, the command that it runs.") }
        switch value {
        case .string(let text) where !text.isEmpty: return value
        case .array(let elements) where !elements.isEmpty && elements.allSatisfy({ $0.text != nil }): return value
        default: throw fault("“cmd” is a command, or a list of commands.", place)
        }
    }

    func texts(_ key: String) throws(MartletError) -> [String] {
        guard let (value, place) = try filled(key) else { return [] }
        guard case .array(let elements) = value else { throw fault("“\(key)” is a list of paths.", place) }
        var texts: [String] = []
        for element in elements {
            switch element {
            case .array, .object, .null: throw fault("“\(key)” is a list of paths.", place)
            default: texts.append(Template.text(element))
            }
        }
        return texts
    }

    /// The parameters, those of one file together; a file that is named without keys counts as a whole.
    func parameters() throws(MartletError) -> [Stage.Parameters] {
        guard let (value, place) = try filled("params") else { return [] }
        guard case .array(let elements) = value else { throw fault("“params” is a list of names, or of files with names.", place) }
        var found: [Stage.Parameters] = []
        var whole: Set<String> = []
        for element in elements {
            if case .object(let members) = element {
                for member in members {
                    if member.value.elements.isEmpty { whole.insert(member.key) }
                    add(member.value.elements.map(Template.text), of: member.key, to: &found)
                }
            } else {
                add([Template.text(element)], of: ParameterFile.defaultName, to: &found)
            }
        }
        return found.map { whole.contains($0.file) ? Stage.Parameters(file: $0.file, keys: []) : $0 }
    }

    private func add(_ keys: [String], of file: String, to found: inout [Stage.Parameters]) {
        if let place = found.firstIndex(where: { $0.file == file }) {
            found[place].keys += keys
        } else {
            found.append(Stage.Parameters(file: file, keys: keys))
        }
    }

    func outputs(_ key: String, _ kind: Stage.Output.Kind) throws(MartletError) -> [Stage.Output] {
        guard let (value, place) = try filled(key) else { return [] }
        guard case .array(let elements) = value else { throw fault("“\(key)” is a list of paths, each alone or with its settings.", place) }
        var outputs: [Stage.Output] = []
        for element in elements {
            guard case .object(let members) = element else {
                outputs.append(Stage.Output(path: Template.text(element), kind: kind))
                continue
            }
            for member in members {
                var output = Stage.Output(path: member.key, kind: kind)
                output.isCached = member.value["cache"].flag ?? true
                output.isPersistent = member.value["persist"].flag ?? false
                output.isPushed = member.value["push"].flag ?? true
                output.remote = member.value["remote"].text
                outputs.append(output)
            }
        }
        return outputs
    }
}
