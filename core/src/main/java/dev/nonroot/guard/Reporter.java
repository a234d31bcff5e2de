package dev.nonroot.guard;

import dev.nonroot.config.AgentOptions;
import dev.nonroot.identity.Credentials;
import dev.nonroot.policy.Finding;
import dev.nonroot.report.Report;
import dev.nonroot.report.Verdict;
import dev.nonroot.system.OperatingSystem;
import dev.nonroot.text.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gives a report the form that is configured. */
final class Reporter {
  private final OperatingSystem os;
  private final Jvm jvm;
  private final AgentOptions options;

  Reporter(OperatingSystem os, Jvm jvm, AgentOptions options) {
    this.os = os;
    this.jvm = jvm;
    this.options = options;
  }

  /** Appends to the report file, and returns the lines for stderr. */
  List<String> report(Verdict verdict, Credentials credentials, List<Finding> findings) {
    Report report =
        new Report(
            verdict,
            options.action().toString(),
            options.policy().profile().toString(),
            credentials,
            findings);
    List<String> stderr = new ArrayList<>();
    boolean silent = findings.isEmpty() || options.report() == AgentOptions.ReportForm.NONE;
    boolean json = options.report() == AgentOptions.ReportForm.JSON;
    if (!silent && !json) {
      stderr.addAll(report.toText());
    }
    if (options.reportFile() != null || (!silent && json)) {
      String line = report.toJson(jvm.subject());
      if (!silent && json) {
        stderr.add(line);
      }
      if (options.reportFile() != null) {
        try {
          os.append(options.reportFile(), line + "\n");
        } catch (IOException e) {
          stderr.add(
              Message.line("warning", Messages.cannotReport(options.reportFile(), e.getMessage())));
        }
      }
    }
    return stderr;
  }
}
