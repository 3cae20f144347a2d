import Database
import Experiments
import Support

/// Keeps a logged model: its files in the object store first, then everything in one transaction.
struct LoggedModelKeeper {
    let adopter: Adopter
    let store: any ForeignStore

    enum Outcome { case kept, unchanged, taken }

    /// - Parameter experiment: the number of its experiment here.
    func keep(_ model: ForeignLoggedModel, in experiment: Int) throws(MartletError) -> Outcome {
        let known = try adopter.database.read { try adopter.models.model(model.id, in: $0) }
        if let known {
            let tag = { (key: String) in known.tags.first { $0.key == key }?.value }
            guard tag(Adopter.originTag) == "mlflow" else { return .taken }
            if tag(Adopter.cursorTag) == model.mark { return .unchanged }
        }
        let home = known?.experiment ?? experiment
        let files = try FileKeeper(adopter: adopter, store: store, root: "\(home)/models/\(model.id)/artifacts").stored(model.files)
        try adopter.database.write { session in
            if known == nil {
                _ = try adopter.models.create(
                    model.id, name: model.name, experiment: home, run: model.run, type: model.type, parameters: [], tags: [],
                    created: model.created, in: session)
            }
            try adopter.models.add(model.parameters.map(\.storable), to: model.id, in: session)
            let marks = [KeyValue(Adopter.originTag, "mlflow"), KeyValue(Adopter.cursorTag, model.mark)]
            try adopter.models.set(model.tags.map(\.storable) + marks, on: model.id, in: session)
            for file in files { try ArtifactTree.put(file.path, file.digest, size: file.size, at: adopter.clock.now(), in: session) }
            if model.status != .pending, known?.status != model.status {
                try adopter.models.finalize(model.id, model.status, message: model.message, in: session)
            }
            if model.isDeleted, known?.deleted == nil { try adopter.models.delete(model.id, in: session) }
        }
        return .kept
    }
}

extension KeyValue {
    /// The pair without NUL characters, which no database keeps.
    var storable: KeyValue { KeyValue(key.replacing("\0", with: "\u{FFFD}"), value.replacing("\0", with: "\u{FFFD}")) }
}
