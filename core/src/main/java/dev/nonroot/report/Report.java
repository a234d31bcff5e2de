package dev.nonroot.report;

import dev.nonroot.identity.Credentials;
import dev.nonroot.policy.Finding;
import dev.nonroot.policy.Severity;
import dev.nonroot.text.Message;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of the check of one JVM.
 *
 * @param verdict the outcome
 * @param action what was asked for
 * @param profile the policy's profile
 * @param credentials who the JVM is in the end, or null if that is not known
 * @param findings what is broken
 */
public record Report(
    Verdict verdict,
    String action,
    String profile,
    Credentials credentials,
    List<Finding> findings) {
  /**
   * What a report says of a JVM besides.
   *
   * @param time milliseconds since the epoch
   * @param pid its process id
   * @param main its main class or jar, one char per byte
   * @param java its version
   */
  public record Subject(long time, long pid, String main, String java) {}

  /**
   * Words the report for people: a line for each finding, then each way out once. A refusal names
   * only what it is refused for.
   *
   * @return the lines, one char per byte, without newlines
   */
  public List<String> toText() {
    List<String> lines = new ArrayList<>();
    List<String> fixes = new ArrayList<>();
    boolean refused = verdict == Verdict.REFUSED;
    for (Finding finding : findings) {
      if (!refused || finding.severity() == Severity.DENY) {
        lines.add(
            Message.line(
                refused ? "refused" : "warning", finding.message() + " [" + finding.rule() + "]"));
        if (!finding.fix().isEmpty() && !fixes.contains(finding.fix())) {
          fixes.add(finding.fix());
        }
      }
    }
    for (String fix : fixes) {
      lines.add(Message.line("fix", fix));
    }
    return lines;
  }

  /**
   * Words the report for machines.
   *
   * @param subject the JVM
   * @return one line of JSON, one char per byte, without newline
   */
  public String toJson(Subject subject) {
    Json json = new Json();
    json.beginObject();
    json.key("schema").string("nonroot/1");
    json.key("time").string(Rfc3339.format(subject.time()));
    json.key("pid").number(subject.pid());
    json.key("main").string(subject.main());
    json.key("java").string(subject.java());
    json.key("action").string(action);
    json.key("verdict").string(verdict.toString());
    json.key("profile").string(profile);
    json.key("credentials").credentials(credentials);
    json.key("findings").beginArray();
    for (Finding finding : findings) {
      json.beginObject();
      json.key("rule").string(finding.rule().toString());
      json.key("severity").string(finding.severity().toString());
      json.key("message").string(finding.message());
      json.key("fix").string(finding.fix());
      json.endObject();
    }
    json.endArray();
    json.endObject();
    return json.toString();
  }
}
