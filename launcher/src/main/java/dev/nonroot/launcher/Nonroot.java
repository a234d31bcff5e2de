package dev.nonroot.launcher;

import dev.nonroot.ExitCode;
import dev.nonroot.Messages;
import dev.nonroot.jvm.JvmText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command line: subcommands, help, and one line for each mistake. */
@Command(
    name = "nonroot",
    description = "Runs commands, Java applications above all, without root.",
    mixinStandardHelpOptions = true,
    versionProvider = Nonroot.Version.class,
    synopsisSubcommandLabel = "exec")
final class Nonroot {
  private final ByteOutput out;
  private final ByteOutput err;

  Nonroot(ByteOutput out, ByteOutput err) {
    this.out = out;
    this.err = err;
  }

  /** Returns an exit code, if it returns. */
  int run(String[] decoded) {
    String[] args;
    try {
      args = CallerProcess.arguments(decoded);
    } catch (IOException e) {
      err.println(Messages.line("error", "arguments: " + JvmText.toBytes(String.valueOf(e))));
      return ExitCode.LAUNCHER_FAILED;
    }
    return commandLine().execute(args);
  }

  CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(this);
    commandLine.addSubcommand(new ExecCommand(out, err));
    return commandLine
        .setStopAtPositional(true)
        .setExpandAtFiles(false)
        .setOut(new PrintWriter(out.stream(), true, StandardCharsets.UTF_8))
        .setParameterExceptionHandler(this::wrongUsage)
        .setExecutionExceptionHandler(
            (e, command, result) -> {
              err.println(
                  Messages.line("error", "internal error: " + JvmText.toBytes(String.valueOf(e))));
              return ExitCode.LAUNCHER_FAILED;
            });
  }

  private int wrongUsage(ParameterException e, String[] args) {
    String help = e.getCommandLine().getCommandSpec().qualifiedName() + " --help";
    err.println(Messages.line("error", e.getMessage() + "; see " + help));
    return ExitCode.CONFIGURATION;
  }

  /** The version, from the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Nonroot.class.getPackage().getImplementationVersion();
      return new String[] {"nonroot " + (version == null ? "unpacked" : version)};
    }
  }
}
