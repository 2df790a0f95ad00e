package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.api.OffloadMode;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.device.ComputeBackend;
import io.github.hunyuanvideo.core.device.DeviceMemory;
import io.github.hunyuanvideo.core.pipeline.HunyuanVideoPipeline;
import io.github.hunyuanvideo.core.pipeline.StageInspection;
import io.github.hunyuanvideo.core.pipeline.StageMemory;
import io.github.hunyuanvideo.core.text.Vocabulary;
import io.github.hunyuanvideo.core.torch.HostProcessor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.video.FfmpegVideoEncoder;
import io.github.hunyuanvideo.examples.demo.DemoModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Prints the doctor's page, part by part, and remembers the first problem that it met. */
final class Diagnosis {

  private final PrintWriter out;
  private final Set<String> told = new HashSet<>();
  private ExitCode verdict = ExitCode.OK;

  Diagnosis(PrintWriter out) {
    this.out = out;
  }

  /** The exit code of the first problem, of which others often are consequences. */
  ExitCode verdict() {
    return verdict;
  }

  void machine() {
    title("Machine");
    line("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    line("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    line("Java", System.getProperty("java.vendor") + " " + System.getProperty("java.version"));
    line("heap", "at most " + size(Runtime.getRuntime().maxMemory()));
  }

  /** Natives: found, loaded, and computing on a device. */
  void natives(ComputeDevice device) {
    title("Native libraries");
    tried("PyTorch", ExitCode.NATIVES, () -> pytorch(device));
    tried("tokenizers", ExitCode.NATIVES, Vocabulary::describeNatives);
    tried("FFmpeg", ExitCode.NATIVES, () -> FfmpegVideoEncoder.describe().toString());
  }

  private static String pytorch(ComputeDevice device) {
    ComputeBackend.requireFor(device);
    try (TorchEngine engine = TorchEngine.start(device)) {
      return "%s; every operator works on %s; bf16 %s"
          .formatted(
              engine.natives(),
              device,
              device.isGpu() || HostProcessor.computesInBf16(engine)
                  ? "is fast here"
                  : "is not fast here, fp32 is taken");
    }
  }

  /** Devices beside the CPU. */
  void devices() {
    title("Devices");
    line("cpu", "always there");
    List<ComputeBackend> backends = ComputeBackend.all();
    if (backends.isEmpty()) {
      line("cuda", "the module hunyuan-video-cuda is not on the class path");
    }
    for (ComputeBackend backend : backends) {
      ComputeBackend.Report report = backend.inspect();
      String name = backend.kind().name().toLowerCase(Locale.ROOT);
      line(name, report.usable() ? "can be computed on" : "cannot be computed on");
      report.findings().forEach(finding -> line("", finding));
    }
  }

  /** The unpacked demo model; empty if that cannot be had. */
  Optional<Path> demo() {
    try {
      return Optional.of(DemoModel.unpack());
    } catch (HunyuanVideoException e) {
      title("Checkpoint: the embedded demo model");
      problem("its files", e, ExitCode.of(e));
      return Optional.empty();
    }
  }

  /** The parts of a checkpoint, and how to get what is missing. */
  void checkpoint(CheckpointTree tree, boolean demo) {
    title(demo ? "Checkpoint: the embedded demo model" : "Checkpoint: " + tree.root());
    for (CheckpointTree.Finding finding : tree.audit()) {
      if (finding.isWhole()) {
        line(finding.part(), size(finding.bytes()) + " in " + finding.path());
      } else {
        problem(finding.part(), finding.problem(), ExitCode.CHECKPOINT);
      }
    }
  }

  /**
   * The stages as a pipeline opens them, which looks further than at each file by itself.
   *
   * @return what was found; nothing if natives keep every stage from opening
   */
  List<StageInspection> stages(HunyuanVideoPipeline.Builder pipeline) {
    title("Stages");
    try {
      List<StageInspection> stages = pipeline.inspect();
      for (StageInspection stage : stages) {
        RuntimeException problem = stage.problem();
        if (problem == null) {
          line(stage.stage().label(), "can be opened");
        } else {
          problem(stage.stage().label(), problem, ExitCode.of(problem));
        }
      }
      return stages;
    } catch (HunyuanVideoException e) {
      problem("all", e, ExitCode.of(e));
      return List.of();
    }
  }

  /**
   * Memory against what the weights need. Without the copies of weights that a stage makes it
   * cannot run; weights that are used in place only run slower where memory is short.
   */
  void memory(Room room, List<StageInspection> stages, OffloadMode offload) {
    title("Memory");
    line(
        "this machine",
        "%s in all, %s available (limits of a container counted)"
            .formatted(size(room.host().total()), size(room.host().available())));
    if (room.device().isGpu()) {
      DeviceMemory gpu = room.gpu();
      line(
          room.device().toString(),
          gpu == null
              ? "cannot be read"
              : "%s in all, %s free".formatted(size(gpu.total()), size(gpu.available())));
    }
    long before = 0;
    for (StageInspection stage : stages) {
      StageMemory memory = stage.memory();
      if (memory != null) {
        weights(stage.stage().label(), memory, before, room);
        before += offload == OffloadMode.NONE ? memory.copiedAtOnce() : 0;
      }
    }
    if (stages.stream().allMatch(stage -> stage.memory() == null)) {
      line("the model", "unknown until its stages can be opened");
    } else {
      line("on top", "what a generation itself takes; it grows with size and number of frames");
    }
  }

  private void weights(String stage, StageMemory memory, long before, Room room) {
    line(stage, "weights in %s: %s".formatted(memory.precision(), places(memory)));
    long wanted = before + memory.copiedAtOnce();
    if (memory.copiedAtOnce() > 0 && room.isShorterThan(wanted)) {
      line(
          "",
          "PROBLEM %s of copies%s do not fit. Choose a precision of fewer bytes, or the one that the files have; hold one stage at a time; or free memory"
              .formatted(size(wanted), before > 0 ? ", with those of the stages before," : ""));
      worse(ExitCode.MEMORY);
    } else if (memory.inPlace() > room.host().available()) {
      line(
          "",
          "the file does not fit into memory and is read again from the disk while it is used; it works, slowly");
    }
  }

  private static String places(StageMemory memory) {
    List<String> places = new ArrayList<>();
    if (memory.inPlace() > 0) {
      places.add(size(memory.inPlace()) + " straight from the file");
    }
    if (memory.copied() > 0) {
      places.add(size(memory.copied()) + " of copies");
    }
    if (memory.copiedAtOnce() < memory.copied()) {
      places.add("of these %s at a time".formatted(size(memory.copiedAtOnce())));
    }
    return String.join(", ", places);
  }

  private void tried(String what, ExitCode code, Supplier<String> look) {
    try {
      line(what, look.get());
    } catch (HunyuanVideoException e) {
      problem(what, e, code);
    }
  }

  private void problem(String what, RuntimeException problem, ExitCode code) {
    // What nobody foresaw may have no message, and its kind says more than nothing.
    problem(what, code == ExitCode.FAILED ? problem.toString() : problem.getMessage(), code);
  }

  /** A problem that was met before is not told at length again. */
  private void problem(String what, @Nullable String problem, ExitCode code) {
    String text = String.valueOf(problem);
    line(what, told.add(text) ? "PROBLEM " + text : "cannot be used, as said above");
    worse(code);
  }

  private void worse(ExitCode code) {
    verdict = verdict == ExitCode.OK ? code : verdict;
  }

  private void title(String text) {
    out.println();
    out.println(text);
  }

  private void line(String name, String text) {
    out.println("  %-20s %s".formatted(name, text.replace("\n", "\n" + " ".repeat(23))));
    out.flush();
  }

  private static String size(long bytes) {
    if (bytes < 100_000) {
      return String.format(Locale.ROOT, "%.1f kB", bytes / 1e3);
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
