package io.github.hunyuanvideo.examples.cli;

import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands, and what becomes of their failures. */
@Command(
    name = "hunyuan-video",
    description = "Text-to-video with HunyuanVideo, on the JVM.",
    mixinStandardHelpOptions = true,
    versionProvider = CommandLineProgram.Version.class,
    subcommands = {GenerateCommand.class, DoctorCommand.class})
public final class CommandLineProgram implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  CommandLineProgram() {}

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = CommandLineProgram.class.getPackage().getImplementationVersion();
      return new String[] {"hunyuan-video " + (version == null ? "(unpackaged)" : version)};
    }
  }

  /**
   * Runs a command.
   *
   * @param arguments the command's name and its flags
   * @return the exit code
   */
  public static int run(String... arguments) {
    return commandLine().execute(arguments);
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new CommandLineProgram());
    commandLine.setUsageHelpAutoWidth(true);
    commandLine.setOverwrittenOptionsAllowed(
        true); // the last one counts, as in the official program
    commandLine.setExpandAtFiles(false); // a prompt may begin with @
    commandLine.setParameterExceptionHandler(
        (failure, arguments) -> {
          CommandLine command = failure.getCommandLine();
          PrintWriter err = command.getErr();
          err.println("Error: " + failure.getMessage());
          CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
          // Not the help itself: it has so many lines that the error would be scrolled away.
          err.println(command.getCommandSpec().qualifiedName() + " --help lists all flags.");
          err.flush();
          return ExitCode.USAGE.code();
        });
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> {
          ExitCode code = ExitCode.of(failure);
          PrintWriter err = command.getErr();
          err.println("Error: " + reason(failure));
          if (code == ExitCode.FAILED) {
            failure.printStackTrace(err);
          }
          err.flush();
          return code.code();
        });
    String codes =
        Arrays.stream(ExitCode.values())
            .map(code -> "%n  %3d  %s".formatted(code.code(), code.meaning()))
            .collect(Collectors.joining());
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command.getCommandSpec().usageMessage().footer("%nExit codes:" + codes);
    }
    return commandLine;
  }

  /** Exceptions of the file system have no more than a path for their message. */
  static String reason(Exception failure) {
    String message = failure.getMessage();
    boolean bare = failure instanceof FileSystemException fault && fault.getReason() == null;
    return message == null || bare ? failure.toString() : message;
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(), "a command is needed: generate, or doctor");
  }
}
