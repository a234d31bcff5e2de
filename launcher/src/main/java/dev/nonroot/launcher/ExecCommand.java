package dev.nonroot.launcher;

import dev.nonroot.ExitCode;
import dev.nonroot.jvm.JvmOperatingSystem;
import dev.nonroot.jvm.JvmText;
import dev.nonroot.launch.Environment;
import dev.nonroot.launch.FrontEnd;
import dev.nonroot.launch.LaunchException;
import dev.nonroot.launch.Launcher;
import dev.nonroot.text.Message;
import java.io.IOException;

/** {@code exec}, which is core's launcher. */
final class ExecCommand implements FrontEnd {
  private final ByteOutput out;
  private final ByteOutput err;
  private final JvmOperatingSystem os = new JvmOperatingSystem(new LauncherNativeAccess());
  private Environment environment;

  ExecCommand(ByteOutput out, ByteOutput err) {
    this.out = out;
    this.err = err;
  }

  /** Takes what comes after {@code exec}; returns an exit code, if it returns. */
  int run(String... args) {
    try {
      environment = CallerProcess.environment();
    } catch (IOException e) {
      err(Message.line("error", JvmText.toBytes(String.valueOf(e))));
      return ExitCode.LAUNCHER_FAILED;
    }
    return new Launcher(os, environment, this).run(args);
  }

  @Override
  public String program() {
    return "nonroot exec";
  }

  @Override
  public String version() {
    return Main.version();
  }

  @Override
  public void out(String line) {
    out.println(line);
  }

  @Override
  public void err(String line) {
    err.println(line);
  }

  @Override
  public void beforePlan(boolean threadsMayStarve) throws LaunchException {
    try {
      os.libC(); // the exec needs it; what /proc says of the caller is confirmed by it before
    } catch (IOException e) {
      // Told of when something cannot do without.
    }
    if (threadsMayStarve && !InterpretedJvm.isThis()) {
      beforeStepDown();
      beforeExec();
      try {
        throw InterpretedJvm.become(os.libC(), environment);
      } catch (IOException e) {
        throw new LaunchException(
            ExitCode.LAUNCHER_FAILED, JvmText.toBytes(String.valueOf(e.getMessage())));
      }
    }
  }

  @Override
  public void beforeStepDown() {
    InheritedState.removePerfData();
  }

  @Override
  public void beforeExec() throws LaunchException {
    try {
      new InheritedState(os.nativeLibC(), environment).restore();
    } catch (IOException e) {
      throw new LaunchException(
          ExitCode.LAUNCHER_FAILED, JvmText.toBytes(String.valueOf(e.getMessage())));
    }
  }
}
