package import EngineLibraries
internal import Foundation
internal import ONNXRuntime
internal import Objects
internal import Registry
package import Support

/// Makes a project that serves and watches a model from elsewhere: what `martlet serve model.onnx` needs beside the file.
package enum ServingTemplate {
    /// What a served file is called: its name without folders and ending, as far as names may hold it.
    package static func name(of path: String) -> String {
        let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        let plain = stem.map { character in ProjectFile.isName(String(character)) ? character : "-" }
        let name = String(plain.prefix(64)).trimmingCharacters(in: CharacterSet(charactersIn: "-"))
        return name.isEmpty ? "model" : name
    }

    /// Writes the file, where the folder has none, for a model's file that can be served.
    /// - Returns: what was made; nil where a project is there already.
    /// - Throws: `notFound`, or `invalidInput` with the engine's reason; then nothing is made.
    package static func make(folder: String, for served: String, engines: EngineLocator) throws(MartletError) -> ProjectTemplate.Made? {
        let path = ProjectTemplate.path(in: folder)
        guard access(path, F_OK) != 0 else { return nil }
        switch try ServedContent.runtime(of: served) {
        case .composite, .python: break  // Whether it can be loaded is known once there is a place to take it to.
        case .lightGBM: _ = try TreesModel.booster(try readWhole(served), engines)
        case nil: _ = try InferenceSession(locator: engines, modelPath: served)
        }
        let model = name(of: served)
        let project = ProjectTemplate.name(of: folder)
        let text = """
            # Keep this file in Git. All that can stand here: docs/settings.md.
            martlet: 1
            project: \(project)
            # What answers at /v2/models/\(model)/infer. “key” names the input in which callers send their own key of a row.
            serving: {endpoint: \(model), model: \(model)@champion}
            # The file that “martlet serve” names is served without further checks. Objectives and gates come with a charter: “martlet init DATA --target COLUMN”.
            promotion: {champion: {gates: none}}

            """
        try makeFolder(folder)
        try replaceFile(path, with: Array(text.utf8))
        return ProjectTemplate.Made(path: path, text: text, sentences: [], json: ["file": .string(path), "project": .string(project)])
    }
}
