internal import Foundation
internal import Support

/// The values that `${name}` stands for in a `dvc.yaml`: those of `params.yaml`, of `vars`, and of `foreach` and `matrix`.
struct TemplateContext: Sendable {
    private(set) var values: JSONValue = .object([])
    /// The files that were read, with the keys that were taken; nil for all.
    private var files: [String: [String]?] = [:]
    /// Names that files may not set, as `item` within `foreach`.
    private var reserved: [String] = []

    /// Reads `params.yaml`, where there is one, and then what `vars` names.
    /// - Parameters:
    ///   - variables: the list behind `vars`.
    ///   - folder: what files are relative to, relative to the repository.
    ///   - readsDefault: whether `params.yaml` is read first.
    mutating func load(_ variables: [JSONValue], in folder: String, source: StageSource, readsDefault: Bool) throws(MartletError) {
        if readsDefault, try source.read(StagePath.joined(folder, ParameterFile.defaultName)) != nil {
            try merge(file: ParameterFile.defaultName, in: folder, source)
        }
        for variable in variables {
            switch variable {
            case .string(let text): try merge(file: text, in: folder, source)
            case .object: try merge(variable)
            default: throw MartletError(.invalidInput, "“vars” is a list of files (params.yaml, or params.yaml:a,b) and of mappings.")
            }
        }
    }

    private mutating func merge(file text: String, in folder: String, _ source: StageSource) throws(MartletError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let path = StagePath.joined(folder, parts[0])
        let keys = parts.count > 1 && !parts[1].isEmpty ? parts[1].split(separator: ",").map(String.init) : nil
        if let known = files[path] {
            if keys == nil, known == nil { return }
            guard let known, let keys, !known.contains(where: keys.contains) else {
                throw MartletError(.invalidInput, "“\(text)” was read in part already; name each file and key once in “vars”.")
            }
            files[path] = known + keys
        } else {
            files[path] = .some(keys)
        }
        guard let read = try source.values(path) else { throw MartletError(.notFound, "“vars” names \(path), which does not exist.") }
        guard case .object(let members) = read else {
            throw MartletError(.invalidInput, "\(path) must hold a mapping (key: value) to be used in “vars”.")
        }
        try merge(.object(try TemplateContext.taken(keys, of: members, path)))
    }

    private static func taken(_ keys: [String]?, of members: [JSONValue.Member], _ path: String) throws(MartletError) -> [JSONValue.Member] {
        guard let keys else { return members }
        var taken: [JSONValue.Member] = []
        for key in keys {
            guard let member = members.first(where: { $0.key == key }) else {
                throw MartletError(.invalidInput, "\(path) has no “\(key)”.\(didYouMean(key, among: members.map(\.key)))")
            }
            taken.append(member)
        }
        return taken
    }

    private mutating func merge(_ new: JSONValue) throws(MartletError) {
        if let key = new.members.first(where: { reserved.contains($0.key) })?.key {
            throw MartletError(.invalidInput, "“\(key)” is set by foreach and matrix. Give the variable another name.")
        }
        values = try TemplateContext.merged(values, new, path: "")
    }

    private static func merged(_ old: JSONValue, _ new: JSONValue, path: String) throws(MartletError) -> JSONValue {
        var merged = old
        for member in new.members {
            let place = path.isEmpty ? member.key : "\(path).\(member.key)"
            switch (old.members.first { $0.key == member.key }?.value, member.value) {
            case (.object(let known)?, .object): merged[member.key] = try TemplateContext.merged(.object(known), member.value, path: place)
            case (nil, _): merged[member.key] = member.value
            default: throw MartletError(.invalidInput, "The variable “\(place)” is set twice. Keep one.")
            }
        }
        return merged
    }

    /// The same with more values on top, whose names files may not set.
    func setting(_ members: [JSONValue.Member]) -> TemplateContext {
        var context = self
        for member in members { context.values[member.key] = member.value }
        context.reserved += members.map(\.key)
        return context
    }

    /// The value under a name with points between its keys and places in lists.
    func value(_ name: String) throws(MartletError) -> JSONValue {
        var value = values
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
        for (i, part) in parts.enumerated() {
            switch value {
            case .object(let members):
                guard let member = members.first(where: { $0.key == part }) else {
                    throw TemplateContext.missing(name, among: members.map(\.key), part)
                }
                value = member.value
            case .array(let elements):
                guard let number = Int(part), let place = elements.indices.dropFirst(number < 0 ? max(0, elements.count + number) : number).first,
                    number >= -elements.count
                else { throw TemplateContext.missing(name, among: [], part) }
                value = elements[place]
            default:
                throw MartletError(.invalidInput, "“\(parts[..<i].joined(separator: "."))” is a single value; there is no “\(part)” in it.")
            }
        }
        return value
    }

    private static func missing(_ name: String, among known: [String], _ part: String) -> MartletError {
        MartletError(
            .invalidInput, "There is no variable “\(name)”.\(didYouMean(part, among: known)) Variables come from params.yaml and from “vars”.")
    }
}
