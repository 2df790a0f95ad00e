package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.pipeline.HunyuanVideoPipeline;
import io.github.hunyuanvideo.core.pipeline.StageInspection;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code doctor}: the page that settles most trouble. */
@Command(
    name = "doctor",
    description =
        "Looks at natives, devices, checkpoints and memory, and says what is missing and how to mend it. Stages are opened as \"generate\" with the same flags would open them, without loading weights.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DoctorCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private CheckpointFlags checkpoints;

  // All that decides how a pipeline opens: the page holds for "generate" with the same flags.
  @Mixin private ModelFlags model;

  DoctorCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    HunyuanVideoPipeline.Builder pipeline = model.apply(HunyuanVideoPipeline.builder());
    CheckpointTree named = checkpoints.tree();
    Diagnosis diagnosis = new Diagnosis(out);
    diagnosis.machine();
    diagnosis.natives(model.device());
    diagnosis.devices();
    Optional<CheckpointTree> tree =
        named == null ? diagnosis.demo().map(checkpoints::of) : Optional.of(named);
    if (tree.isPresent()) {
      diagnosis.checkpoint(tree.get(), named == null);
      List<StageInspection> stages = diagnosis.stages(pipeline.checkpoints(tree.get()));
      diagnosis.memory(Room.now(model.device()), stages, model.offload());
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
