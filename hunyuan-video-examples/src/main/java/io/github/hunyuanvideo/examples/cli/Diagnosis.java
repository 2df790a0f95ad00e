package io.github.hunyuanvideo.examples.cli;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.HunyuanVideoException;
import io.github.hunyuanvideo.core.checkpoint.CheckpointTree;
import io.github.hunyuanvideo.core.device.ComputeBackend;
import io.github.hunyuanvideo.core.device.HostMemory;
import io.github.hunyuanvideo.core.text.Vocabulary;
import io.github.hunyuanvideo.core.torch.HostProcessor;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.video.FfmpegVideoEncoder;
import io.github.hunyuanvideo.examples.demo.DemoModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Prints the doctor's page, part by part, and remembers the worst that it saw. */
final class Diagnosis {

  private final PrintWriter out;
  private ExitCode verdict = ExitCode.OK;

  Diagnosis(PrintWriter out) {
    this.out = out;
  }

  /** The most telling exit code of all that was found. */
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
      line("its files", "PROBLEM " + e.getMessage());
      worse(ExitCode.of(e));
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
        line(finding.part(), "PROBLEM " + finding.problem());
        worse(ExitCode.CHECKPOINT);
      }
    }
  }

  /** Memory against what the model needs. */
  void memory(CheckpointTree tree) {
    title("Memory");
    HostMemory memory = HostMemory.read();
    line(
        "this machine",
        "%s in all, %s available (limits of a container counted)"
            .formatted(size(memory.total()), size(memory.available())));
    long largest = tree.audit().stream().mapToLong(CheckpointTree.Finding::bytes).max().orElse(0);
    if (largest == 0) {
      line("the model", "unknown until its files are there");
      return;
    }
    line(
        "the model",
        "its largest part has %s of weights; one part is used at a time, straight from its file"
            .formatted(size(largest)));
    line(
        "",
        largest < memory.available()
            ? "they fit into memory"
            : "they do not fit into memory and will be read from the disk again at each step; it works, slowly");
  }

  private void tried(String what, ExitCode code, Supplier<String> look) {
    try {
      line(what, look.get());
    } catch (HunyuanVideoException e) {
      line(what, "PROBLEM " + e.getMessage());
      worse(code);
    }
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
