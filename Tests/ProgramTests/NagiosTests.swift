import Foundation
import Support
import TestSupport
import Testing

@Suite("Nagios", .enabled(if: Program.isComplete, "\(Program.absence)"), .inTurns) struct NagiosTests {
    private static let nagios = [Program.root + "/.setup/nagios/usr/sbin/nagios4", "/usr/sbin/nagios4"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test("is answered in one line with performance data, and by one of its four exit codes whatever happens")
    func plugin() async throws {
        let watched = try await Watched(alert: "log")
        let bad = try await watched.folder.martlet("check", "--nagios")
        #expect(bad.status == 2 && bad.output.hasPrefix("MARTLET CRITICAL - 2 of 2 objectives missed: busy ("), "\(bad.output)")
        #expect(bad.output.count { $0.isNewline } == 1 && bad.output.count { $0 == "|" } == 1)
        let data = (bad.output.split(separator: "|").last ?? "").split(whereSeparator: { $0.isWhitespace })
        guard data.count == 2 else { throw ChildFailure(description: bad.output) }
        #expect(data[0].hasPrefix("'busy'=") && data[0].hasSuffix(";;1000:") && data[1].hasSuffix("ms;;~:0.000001"), "\(data)")
        try await watched.mend()
        let good = try await watched.folder.martlet("check", "--nagios")
        #expect(good.status == 0 && good.output.hasPrefix("MARTLET OK - 2 of 2 objectives hold | 'busy'="))
        for words in [["check", "--nagios", "none"], ["check", "--nagios", "--fast"], ["check", "--nagios", "-C", "/nowhere"]] {
            let unknown = try await Program.run(words, in: watched.folder.path)
            #expect(unknown.status == 3 && unknown.output.hasPrefix("MARTLET UNKNOWN - "), "\(words) \(unknown.status) \(unknown.output)")
        }
    }

    @Test("of Debian takes passive results and runs the plugin itself", .enabled(if: nagios != nil, "no Nagios is unpacked (Scripts/setup --tests)"))
    func real() async throws {
        let program = try #require(Self.nagios)
        let place = try TemporaryFolder()
        let watched = try await Watched(alert: "{nagios: \(place.path("nagios.cmd"))}")
        try NagiosFiles(folder: place, plugin: "\(Program.path ?? "") check --nagios -C \(watched.folder.path)", engines: Program.engines).write()
        let log = try Child(
            "/usr/bin/env", ["tail", "-n", "+1", "-f", place.path("nagios.log"), place.path("perfdata")], environment: Program.environment())
        // Nagios learns by SIGCHLD that a plugin has ended, and a child of this process may inherit that it is blocked.
        let unblock = "import os,signal,sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execv(sys.argv[1], sys.argv[1:])"
        let nagios = try Child(
            "/usr/bin/env", ["python3", "-c", unblock, program, place.path("nagios.cfg")], in: place.path, environment: Program.environment())
        _ = try #require(await log.printed("Successfully launched command file worker"))
        #expect(try await watched.folder.martlet("check").status == 1)
        for line in [
            "SERVICE ALERT: martlet;busy;CRITICAL;HARD;1;CRITICAL - ", "PROCESS_SERVICE_CHECK_RESULT;martlet;check;0;OK - 2 objectives judged",
        ] {
            #expect(await log.printed(line) != nil, "\(line)")
        }
        #expect(await log.printed("SERVICE ALERT: martlet;active;CRITICAL;HARD;1;MARTLET CRITICAL - 2 of 2 objectives missed") != nil)
        #expect(await log.printed("perfdata active 'busy'=") != nil)
        try await watched.mend()
        #expect(try await watched.folder.martlet("check").status == 0)
        #expect(await log.printed("SERVICE ALERT: martlet;busy;OK;HARD;1;OK - ") != nil)
        #expect(await log.printed("SERVICE ALERT: martlet;active;OK;HARD;1;MARTLET OK - 2 of 2 objectives hold") != nil)
        nagios.signal(SIGTERM)
        #expect(await nagios.end().status == 0)
        log.signal(SIGTERM)
    }
}

/// The configuration of a Nagios that keeps everything in one folder.
struct NagiosFiles {
    let folder: TemporaryFolder
    let plugin: String
    let engines: String

    func write() throws {
        let path = folder.path
        let user = NSUserName()
        let group = String(cString: getgrgid(getgid()).pointee.gr_name)
        try FileManager.default.createDirectory(atPath: folder.path("spool"), withIntermediateDirectories: true)
        try folder.write("nagios.log", "")
        try folder.write("perfdata", "")
        try folder.write("plugin", "#!/bin/sh\nexport MARTLET_ENGINES='\(engines)'\nexec \(plugin)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path("plugin"))
        let files = [
            "log_file=nagios.log", "cfg_file=objects.cfg", "object_cache_file=objects.cache", "precached_object_file=objects.precache",
            "status_file=status.dat", "state_retention_file=retention.dat", "lock_file=nagios.pid", "temp_file=nagios.tmp",
            "check_result_path=spool", "command_file=nagios.cmd", "query_socket=nagios.qh", "service_perfdata_file=perfdata",
        ].map { $0.replacing("=", with: "=\(path)/") }
        let settings = [
            "temp_path=\(path)", "status_update_interval=1", "check_external_commands=1", "accept_passive_service_checks=1",
            "execute_service_checks=1", "execute_host_checks=0", "enable_notifications=0", "check_for_updates=0", "use_syslog=0",
            "log_passive_checks=1", "nagios_user=\(user)", "nagios_group=\(group)", "interval_length=1", "check_workers=1",
            "check_result_reaper_frequency=1", "process_performance_data=1", "service_perfdata_file_mode=a",
            "service_perfdata_file_template=perfdata $SERVICEDESC$ $SERVICEPERFDATA$", "service_check_timeout=300",
        ]
        try folder.write("nagios.cfg", (files + settings).joined(separator: "\n") + "\n")
        let days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"].map { ($0, "00:00-24:00") }
        let common = [("host_name", "martlet"), ("max_check_attempts", "1"), ("check_period", "always"), ("contacts", "nobody")]
        var objects = [
            Self.object("timeperiod", [("timeperiod_name", "always"), ("alias", "always")] + days),
            Self.object("command", [("command_name", "none"), ("command_line", "/bin/true")]),
            Self.object("command", [("command_name", "check_martlet"), ("command_line", folder.path("plugin"))]),
            Self.object(
                "contact",
                [
                    ("contact_name", "nobody"), ("host_notification_period", "always"), ("service_notification_period", "always"),
                    ("host_notification_commands", "none"), ("service_notification_commands", "none"), ("host_notification_options", "n"),
                    ("service_notification_options", "n"),
                ]),
            Self.object("host", common + [("address", "127.0.0.1"), ("active_checks_enabled", "0")]),
            Self.object(
                "service",
                common + [("service_description", "active"), ("check_command", "check_martlet"), ("check_interval", "1"), ("retry_interval", "1")]),
        ]
        for service in ["busy", "fast", "check"] {
            objects.append(
                Self.object(
                    "service", common + [("service_description", service), ("check_command", "none"), ("active_checks_enabled", "0")]))
        }
        try folder.write("objects.cfg", objects.joined())
    }

    private static func object(_ kind: String, _ entries: [(String, String)]) -> String {
        "define \(kind) {\n" + entries.map { "    \($0.0) \($0.1)\n" }.joined() + "}\n"
    }
}
