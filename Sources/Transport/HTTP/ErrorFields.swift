package import HTTPTypes
package import Support

extension MartletError {
    /// The fields that an answer with this error has beside those of its body: how to be recognised, and when to try again.
    package var fields: HTTPFields {
        var fields = HTTPFields()
        if code == .unauthenticated { fields[.wwwAuthenticate] = RequestGate.challenge }
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        return fields
    }
}
