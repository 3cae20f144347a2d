/// What a file is, by the end of its name.
enum FileType {
    private static let texts: Set<String> = [
        "cfg", "cf", "cnf", "conf", "csv", "err", "hocon", "ini", "ipynb", "js", "json", "log", "md", "prop", "properties", "py", "py3", "rst",
        "toml",
        "tsv", "txt", "xml", "yaml", "yml",
    ]
    private static let others = [
        "bmp": "image/bmp", "gif": "image/gif", "gz": "application/gzip", "htm": "text/html", "html": "text/html", "jpeg": "image/jpeg",
        "jpg": "image/jpeg", "mp4": "video/mp4", "parquet": "application/vnd.apache.parquet", "pdf": "application/pdf", "png": "image/png",
        "svg": "image/svg+xml", "tar": "application/x-tar", "wav": "audio/x-wav", "webp": "image/webp", "zip": "application/zip",
    ]

    static func name(of file: String) -> String {
        if ["mlmodel", "mlproject"].contains(file.lowercased()) { return "text/plain" }
        guard let point = file.lastIndex(of: ".") else { return "application/octet-stream" }
        let end = file[file.index(after: point)...].lowercased()
        return texts.contains(end) ? "text/plain" : others[end] ?? "application/octet-stream"
    }
}
