internal import Data
internal import Experiments
internal import Planning
internal import Registry
internal import Serving
package import Support

extension Project {
    /// Reads a reference. A bare name is understood where it fits only one kind; 32 hexadecimal digits are a prediction or a run.
    /// - Throws: `notFound` with what there is.
    package func resolve(_ text: String) throws(MartletError) -> Reference {
        if let reference = Reference(text) { return reference }
        let (name, selector) = Reference.splitSelector(text)
        if TimeOrderedID(name) != nil {
            return try runs.run(RunID(name)) == nil ? Reference(.prediction, name) : Reference(.run, name)
        }
        var fits: [Reference] = []
        if try models.models().contains(name) { fits.append(Reference(.model, name, selector)) }
        if try datasets.names().contains(name) { fits.append(Reference(.dataset, name, selector)) }
        if selector != nil { fits.removeAll { $0.kind == .dataset && $0.version == nil } }
        if selector == nil, name == file.serving.endpoint { fits.append(Reference(.endpoint, name)) }
        if selector == nil, file.charter.objectives.contains(where: { $0.id == name }) { fits.append(Reference(.objective, name)) }
        guard fits.count == 1 else {
            let meant = fits.map(\.description).joined(separator: ", ")
            let hint = fits.isEmpty ? "Nothing is called “\(text)”." : "“\(text)” may mean \(meant)."
            throw MartletError(
                .notFound,
                "\(hint) Name things as kind:name, for example model:\(file.model)@champion, dataset:\(file.project)@v1, run:ID, prediction:ID.")
        }
        return fits[0]
    }

    /// The full form of a reference, as the lineage spells it: with a version instead of an alias, and a whole identifier.
    package func canonical(_ reference: Reference) throws(MartletError) -> String {
        switch reference.kind {
        case .model: return try models.version(reference.name, reference.selector).reference.description
        case .dataset: return try datasets.version(reference.name, reference.version).reference.description
        case .run:
            let found = try runs.runs(prefix: reference.name)
            guard let run = found.first, found.count == 1 else {
                throw MartletError(
                    .notFound, found.isEmpty ? "There is no run \(reference.name)." : "Several runs begin with \(reference.name). Give more digits.")
            }
            return "run:\(run.id)"
        default: return reference.description
        }
    }
}
