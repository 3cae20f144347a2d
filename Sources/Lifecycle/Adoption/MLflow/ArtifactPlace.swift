import Foundation

/// Finds the folder that an address of artifacts names, where it is on this machine.
struct ArtifactPlace {
    /// Where paths that are not absolute begin: what MLflow was started in.
    let base: String
    /// The folder that a server keeps its artifacts in (`--artifacts-destination`); beside the database where it is nil.
    var destination: String?

    /// - Returns: nil for other machines and what is not there.
    func folder(of address: String) -> String? {
        candidates(address).first(where: FolderFiles.exists)
    }

    private func candidates(_ address: String) -> [String] {
        if address.hasPrefix("file:") {
            guard let url = URL(string: address), url.isFileURL else { return [] }
            return [url.path(percentEncoded: false)].map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        }
        if address.hasPrefix("mlflow-artifacts:") {
            let path = address.dropFirst("mlflow-artifacts:".count).drop { $0 == "/" }
            if let destination { return ["\(destination)/\(path)"] }
            return ["\(base)/mlartifacts/\(path)", "\(base)/mlruns/\(path)", "\(base)/\(path)"]
        }
        guard !address.contains("://") else { return [] }
        return [address.hasPrefix("/") ? address : "\(base)/\(address)"]
    }
}
