package io.github.hunyuanvideo.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.api.ComputeDevice;
import io.github.hunyuanvideo.api.Frame;
import io.github.hunyuanvideo.api.VideoSize;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import io.github.hunyuanvideo.core.video.DecodedVideo;
import io.github.hunyuanvideo.examples.demo.DemoModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextToVideoTest {

  private static final VideoSize SIZE = new VideoSize(128, 96);
  private static final int FRAMES = 17;

  @TempDir Path folder;

  @Test
  void thePageThatReadersCopyWritesTheVideoThatTheOfficialCodeGives() {
    Path file = folder.resolve("cat.mp4");
    TextToVideo.main(new String[] {DemoModel.unpack().toString(), file.toString()});

    DecodedVideo video = DecodedVideo.read(file);
    assertThat(video.codec).isEqualTo("h264");
    assertThat(video.size).isEqualTo(SIZE);
    assertThat(video.pixelFormat).isEqualTo("yuv420p");
    assertThat(video.frameRate).isEqualTo("24/1");
    assertThat(video.timestamps).hasSize(FRAMES);
    // What is lost is lost by encoding, and by bf16 where the processor has it.
    double quality = DecodedVideo.lumaQuality(file, officialFrames());
    System.out.printf("The page's video against the official frames: %.1f dB%n", quality);
    assertThat(quality).isGreaterThan(35);
  }

  private static IntFunction<Frame> officialFrames() {
    int bytes = SIZE.width() * SIZE.height() * 3;
    try (TorchEngine engine = TorchEngine.start(ComputeDevice.cpu());
        Golden golden = Golden.openFile(engine, "demo/cat.safetensors")) {
      byte[] all = golden.get("frames_uint8").toBytes();
      assertThat(all).hasSize(FRAMES * bytes);
      return i -> Frame.wrap(i, SIZE, Arrays.copyOfRange(all, i * bytes, (i + 1) * bytes));
    }
  }
}
