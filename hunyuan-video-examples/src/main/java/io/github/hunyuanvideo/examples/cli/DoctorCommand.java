package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}: the page that settles most trouble. */
@Command(
    name = "doctor",
    description =
        "Looks at natives, devices, checkpoints and memory, and says what is missing and how to mend it.",
    mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private CheckpointFlags checkpoints;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "the device that must work: cpu, cuda or cuda:N; default cpu")
  private String device = "cpu";

  DoctorCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    CheckpointTree named = checkpoints.tree();
    ComputeDevice on = FlagValue.read("--device", device, ComputeDevice::parse);
    Diagnosis diagnosis = new Diagnosis(out);
    diagnosis.machine();
    diagnosis.natives(on);
    diagnosis.devices();
    Optional<CheckpointTree> tree =
        named == null ? diagnosis.demo().map(checkpoints::of) : Optional.of(named);
    if (tree.isPresent()) {
      diagnosis.checkpoint(tree.get(), named == null);
      diagnosis.memory(tree.get());
    }
    ExitCode verdict = diagnosis.verdict();
    out.println();
    out.println(
        verdict == ExitCode.OK
            ? "Everything that was looked at is fine."
            : "Not everything is fine: " + verdict.meaning() + ".");
    out.flush();
    return verdict.code();
  }
}
