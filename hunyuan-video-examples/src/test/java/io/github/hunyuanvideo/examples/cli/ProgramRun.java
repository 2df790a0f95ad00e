package io.github.hunyuanvideo.examples.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** What a command of the program left behind, run in this JVM. */
record ProgramRun(int code, String out, String err) {

  static ProgramRun of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        CommandLineProgram.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int code =
        commandLine.execute(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    return new ProgramRun(code, out.toString(), err.toString());
  }
}
