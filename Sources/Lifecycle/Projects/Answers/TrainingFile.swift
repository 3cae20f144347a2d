internal import Data
internal import Objects
internal import Registry
internal import Support

extension Project {
    /// The path of the rows that a version learnt from, as they were prepared; nil where they are not kept.
    func trainingFile(of version: ModelVersion) throws(MartletError) -> String? {
        guard let reference = Reference(version.dataset), let part = try datasets.version(reference.name, reference.version).part("train"),
            objects.contains(part.digest)
        else { return nil }
        return try objects.path(part.digest)
    }
}
