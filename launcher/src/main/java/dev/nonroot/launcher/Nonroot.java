package dev.nonroot.launcher;

import dev.nonroot.ExitCode;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.text.Message;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The command line but for {@code exec}: the list of subcommands, and one line for each mistake.
 */
@Command(
    name = "nonroot",
    description = "Runs commands, Java applications above all, without root.",
    mixinStandardHelpOptions = true,
    versionProvider = Nonroot.Version.class,
    synopsisSubcommandLabel = Nonroot.EXEC)
final class Nonroot {
  static final String EXEC = "exec";

  private final ByteOutput out;
  private final ByteOutput err;

  Nonroot(ByteOutput out, ByteOutput err) {
    this.out = out;
    this.err = err;
  }

  /** Returns an exit code. */
  int execute(String... args) {
    CommandSpec exec = CommandSpec.create(); // to be listed: its arguments do not get here
    exec.usageMessage()
        .description(
            "Steps down to a user for good, then becomes COMMAND: same process, no child.");
    return new CommandLine(this)
        .addSubcommand(EXEC, exec)
        .setStopAtPositional(true)
        .setExpandAtFiles(false)
        .setOut(new PrintWriter(out.stream(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(this::wrongUsage)
        .setExecutionExceptionHandler(
            (e, command, result) -> {
              err.println(
                  Message.line("error", Message.internalError(JvmText.toBytes(e.toString()))));
              return ExitCode.LAUNCHER_FAILED;
            })
        .execute(args);
  }

  private int wrongUsage(ParameterException e, String[] args) {
    String program = e.getCommandLine().getCommandSpec().qualifiedName();
    err.println(Message.line("error", Message.seeHelp(e.getMessage(), program)));
    return ExitCode.CONFIGURATION;
  }

  /** The version, from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Main.version()};
    }
  }
}
