import Database
package import Experiments
import Objects
package import Support

extension RunExport {
    /// Writes an event file for each run, in a folder of its own. A file takes its name once it is whole; the same run again replaces it.
    /// - Parameter isCancelled: asked between runs and files.
    package func writeEventFiles(
        of runs: [TrackedRun], to folder: String, isCancelled: () -> Bool = { false }
    ) throws(MartletError) -> Report {
        var report = Report(folder: folder, runs: [])
        var names: Set<String> = []
        for run in runs {
            if isCancelled() { throw MartletError(.cancelled, "Stopped. \(report.runs.count) runs are written whole.") }
            var name = FilePath.harmless(run.name.isEmpty ? run.id.rawValue : run.name)
            if !names.insert(name).inserted { name += "-\(run.id.rawValue.prefix(8))" }
            names.insert(name)
            try makeFolder("\(folder)/\(name)")
            let unfinished = "\(folder)/\(name)/.unfinished.\(run.id.rawValue.prefix(8))"
            let path = "\(name)/events.out.tfevents.\(run.started.microseconds / 1_000_000).martlet.\(run.id.rawValue.prefix(8))"
            report.points += try writeEventFile(of: run, to: "\(folder)/\(path)", by: unfinished)
            report.files.append(path)
            report.runs.append(run.id)
        }
        try record(report, format: "tensorboard")
        return report
    }

    private func writeEventFile(of run: TrackedRun, to path: String, by unfinished: String) throws(MartletError) -> Int {
        do throws(MartletError) {
            var writer = try EventFileWriter(unfinished, started: run.started)
            try writeParameters(of: run, &writer)
            let points = try writePoints(of: run, &writer)
            try writeFiles(of: run, &writer)
            try writer.finish()
            try FileCopy.rename(unfinished, to: path)
            return points
        } catch {
            FileCopy.remove(unfinished)
            throw error
        }
    }

    private func writePoints(of run: TrackedRun, _ writer: inout EventFileWriter) throws(MartletError) -> Int {
        var count = 0
        var copy = writer
        try database.read { session in
            try session.scan(
                "SELECT n.name, p.step, p.at, p.value FROM metric_point p JOIN metric_name n ON n.id = p.metric WHERE p.run = ? "
                    + "ORDER BY p.metric, p.at, p.step",
                [SQLValue(run.number)]
            ) { row in
                let value = Float(row.double(3) ?? .nan)
                let at = Timestamp(microseconds: row.integer(2) ?? 0)
                try copy.write(row.text(0) ?? "", step: row.integer(1) ?? 0, at: at) { $0.float(2, value) }
                count += 1
            }
        }
        writer = copy
        return count
    }

    /// Writes parameters as TensorBoard's part for hyperparameters reads them: numbers as numbers, the rest as texts.
    private func writeParameters(of run: TrackedRun, _ writer: inout EventFileWriter) throws(MartletError) {
        let parameters = try database.read { try RunReader.contents(of: [run], in: $0)[0].parameters }
        guard !parameters.isEmpty else { return }
        try write("session_start_info", of: run, at: run.started, &writer) { data in
            data.message(3) { info in
                for parameter in parameters { EventFileWriter.add(parameter, to: &info) }
                info.text(4, run.id.rawValue)
                info.double(5, run.started.seconds)
            }
        }
        guard let ended = run.ended else { return }
        try write("session_end_info", of: run, at: ended, &writer) { data in
            data.message(4) { info in
                info.integer(1, run.status == .finished ? 1 : 2)
                info.double(2, ended.seconds)
            }
        }
    }

    private func write(
        _ name: String, of run: TrackedRun, at: Timestamp, _ writer: inout EventFileWriter, _ build: (inout WireWriter) -> Void
    ) throws(MartletError) {
        try writer.write("_hparams_/\(name)", step: 0, at: at) { value in
            EventFileWriter.addMetadata("hparams", to: &value, content: build)
            // A number that stands for none, so that readers find a tensor.
            value.message(8) { tensor in
                tensor.integer(1, 1)
                tensor.message(2) { _ in }
                tensor.float(5, 0)
            }
        }
    }

    // MARK: - Files

    /// Writes the pictures, texts and histograms that came from an adoption, or lie where one would put them.
    private func writeFiles(of run: TrackedRun, _ writer: inout EventFileWriter) throws(MartletError) {
        guard let root = try? ArtifactPath("\(run.experiment)/\(run.id)/artifacts") else { return }
        for file in try database.read({ try ArtifactTree.files(below: root, in: $0) }) {
            let path = file.path.dropFirst(root.text.count + 1)
            let parts = path.split(separator: "/")
            guard parts.count >= 2, let name = parts.last else { continue }
            switch parts[0] {
            case "images":
                guard parts.count > 2, let step = Int64(name.prefix { $0 != "." && $0 != "-" }) else { continue }
                let bytes = try objects.bytes(file.digest)
                try writer.write(parts[1..<(parts.count - 1)].joined(separator: "/"), step: step, at: run.started) {
                    EventFileWriter.add(image: bytes, to: &$0)
                }
            case "histograms", "text":
                guard name.hasSuffix(".jsonl") else { continue }
                let tag = String(path.dropFirst(parts[0].count + 1).dropLast(".jsonl".count))
                try writeLines(of: file, tag, isText: parts[0] == "text", &writer)
            default: break
            }
        }
    }

    private func writeLines(of file: Artifact, _ tag: String, isText: Bool, _ writer: inout EventFileWriter) throws(MartletError) {
        var lines = try LineFile(objects.path(file.digest), from: 0)
        var line = ""
        while try lines.next({ (bytes) throws(MartletError) in line = String(decoding: bytes, as: UTF8.self) }) {
            if isText {
                guard let value = try? JSONValue(parsing: line), let text = value["text"].text, let step = value["step"].int else { continue }
                let at = Timestamp(microseconds: Int64(value["at"].int ?? 0))
                try writer.write(tag, step: Int64(step), at: at) { EventFileWriter.add(text: text, to: &$0) }
            } else if let histogram = HistogramLine(line: line) {
                try writer.write(tag, step: histogram.step, at: histogram.at) { EventFileWriter.add(histogram, to: &$0) }
            }
        }
    }
}
