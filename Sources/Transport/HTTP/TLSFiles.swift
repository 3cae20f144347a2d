internal import HummingbirdCore
internal import HummingbirdTLS
internal import NIOSSL
internal import Support

/// A certificate chain and its private key, as PEM files.
package struct TLSFiles: Sendable, Equatable {
    package var certificate: String
    package var key: String

    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// A server over TLS 1.2 or newer.
    /// - Throws: `invalidInput` where a file cannot be read or is not what it should be.
    func serverBuilder(_ base: HTTPServerBuilder) throws(MartletError) -> HTTPServerBuilder {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(certificate).map { NIOSSLCertificateSource.certificate($0) }
            let key = try NIOSSLPrivateKey(file: key, format: .pem)
            var configuration = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try .tls(base, tlsConfiguration: configuration)
        } catch {
            throw MartletError(
                .invalidInput,
                "\(certificate) and \(key) do not make a TLS server: they must be PEM files, the key belonging to the first certificate.",
                cause: "\(error)")
        }
    }
}
