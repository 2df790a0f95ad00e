package io.github.hunyuanvideo.core.checkpoint;

import static io.github.hunyuanvideo.core.testing.HeapTensors.contents;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.hunyuanvideo.api.CheckpointException;
import io.github.hunyuanvideo.api.MissingCheckpointFileException;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.testing.HeapTensors;
import io.github.hunyuanvideo.core.torch.ScalarType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same weights, in every way in which they are published or kept. */
class TorchCheckpointTest {

  private static final String REMEDY = "Download it.";
  private static final Path OFFICIAL = Golden.path("tiny-ckpts/hunyuan-video-t2v-720p");
  private static final Path VARIANTS = Golden.path("tiny-variants");
  private static final Unwrapping MODULE = Unwrapping.transformer(LoadKey.MODULE);

  @TempDir private Path folder;

  private static TensorSource official() {
    return TorchCheckpoint.open(
        OFFICIAL.resolve("transformers/mp_rank_00_model_states.pt"), MODULE, REMEDY);
  }

  private static TensorSource variant(String name, Unwrapping unwrapping) {
    return TorchCheckpoint.open(VARIANTS.resolve(name), unwrapping, REMEDY);
  }

  private static StoredTensor tensor(TensorSource source, String name) {
    return Objects.requireNonNull(source.tensors().get(name), name);
  }

  @Test
  void theOfficialTransformerHasItsTensors() {
    assertThat(official().tensors()).hasSize(128);
    assertThat(official().bytes()).isEqualTo(2 * 697_184);
    assertThat(tensor(official(), "img_in.proj.weight").shape()).containsExactly(64, 16, 1, 2, 2);
  }

  @Test
  void theSameWeightsComeOutOfEveryWayToStoreThem() {
    Map<String, String> expected = contents(official());
    assertThat(contents(variant("transformer_module_and_ema.pt", MODULE))).isEqualTo(expected);
    assertThat(contents(variant("transformer_bare.pt", MODULE))).isEqualTo(expected);
    assertThat(contents(variant("transformer_bare.pt", Unwrapping.none()))).isEqualTo(expected);
    assertThat(
            contents(
                Safetensors.openFile(VARIANTS.resolve("transformer_single.safetensors"), REMEDY)))
        .isEqualTo(expected);
    assertThat(
            contents(
                Safetensors.open(
                    VARIANTS.resolve("transformer_sharded"),
                    List.of("diffusion_pytorch_model"),
                    REMEDY)))
        .isEqualTo(expected);
  }

  @Test
  void theLoadKeyChoosesBetweenTrainedAndAveragedWeights() {
    Map<String, String> averaged =
        contents(variant("transformer_module_and_ema.pt", Unwrapping.transformer(LoadKey.EMA)));
    assertThat(averaged.keySet()).isEqualTo(contents(official()).keySet());
    assertThat(averaged)
        .doesNotContainEntry(
            "final_layer.linear.weight", contents(official()).get("final_layer.linear.weight"));
  }

  @Test
  void aMissingLoadKeyIsAnErrorThatListsTheKeys() {
    assertThatThrownBy(() -> variant("pickle_oddities.pt", Unwrapping.transformer(LoadKey.EMA)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("pickle_oddities.pt")
        .hasMessageContaining("there is no key \"ema\", which is the load key")
        .hasMessageContaining("module, epoch");
  }

  @Test
  void aFolderGivesItsModelStates() {
    TensorSource source = TorchCheckpoint.open(OFFICIAL.resolve("transformers"), MODULE, REMEDY);
    assertThat(source.path()).hasFileName("mp_rank_00_model_states.pt");
    assertThat(contents(source)).isEqualTo(contents(official()));
  }

  @Test
  void ofSeveralModelStatesTheFirstByNameIsTaken() throws Exception {
    for (String name : List.of("mp_rank_01", "mp_rank_00", "zz")) {
      Files.copy(
          OFFICIAL.resolve("transformers/mp_rank_00_model_states.pt"),
          folder.resolve(name + "_model_states.pt"));
    }
    assertThat(TorchCheckpoint.open(folder, MODULE, REMEDY).path())
        .hasFileName("mp_rank_00_model_states.pt");
  }

  @Test
  void aFolderOfPytorchModelsIsChosenFromByLoadKey() throws Exception {
    Files.copy(VARIANTS.resolve("transformer_bare.pt"), folder.resolve("pytorch_model_module.pt"));
    Files.createFile(folder.resolve("a_model_states.pt"));
    assertThat(contents(TorchCheckpoint.open(folder, MODULE, REMEDY)))
        .isEqualTo(contents(official()));
    assertThatThrownBy(
            () -> TorchCheckpoint.open(folder, Unwrapping.transformer(LoadKey.EMA), REMEDY))
        .isInstanceOf(MissingCheckpointFileException.class)
        .hasMessageContaining("pytorch_model_ema.pt")
        .hasMessageContaining(REMEDY);
  }

  @Test
  void aFolderWithoutATransformerIsAnErrorThatListsWhatIsThere() throws Exception {
    Files.createFile(folder.resolve("optimizer.pt"));
    assertThatThrownBy(() -> TorchCheckpoint.open(folder, MODULE, REMEDY))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("*_model_states.pt")
        .hasMessageContaining("optimizer.pt")
        .hasMessageContaining(REMEDY);
  }

  @Test
  void aFolderIsNoFileOfAVae() {
    assertThatThrownBy(() -> TorchCheckpoint.open(folder, Unwrapping.vae(), REMEDY))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("no regular file");
  }

  @Test
  void aWrappedVaeLosesItsPrefixAndWhatIsNotTheVae() {
    TensorSource wrapped = variant("vae_wrapped_fp16.pt", Unwrapping.vae());
    TensorSource published =
        Safetensors.openFile(OFFICIAL.resolve("vae/pytorch_model.safetensors"), REMEDY);
    assertThat(contents(wrapped)).isEqualTo(contents(published));
  }

  @Test
  void theVaeOfTheOfficialFolderHasTheSameValuesInFloat32() {
    TensorSource pickled =
        TorchCheckpoint.open(OFFICIAL.resolve("vae/pytorch_model.pt"), Unwrapping.vae(), REMEDY);
    TensorSource half =
        Safetensors.openFile(OFFICIAL.resolve("vae/pytorch_model.safetensors"), REMEDY);
    assertThat(pickled.tensors().keySet()).isEqualTo(half.tensors().keySet());
    pickled
        .tensors()
        .forEach(
            (name, tensor) -> {
              assertThat(tensor.type()).isEqualTo(ScalarType.FLOAT32);
              assertThat(HeapTensors.floats(tensor))
                  .as(name)
                  .isEqualTo(HeapTensors.floats(tensor(half, name)));
            });
  }

  @Test
  void quantisedWeightsTimesTheirScalesAreCloseToTheOriginals() {
    TensorSource original = official();
    TensorSource quantised =
        TorchCheckpoint.open(
            OFFICIAL.resolve("transformers/mp_rank_00_model_states_fp8.pt"), MODULE, REMEDY);
    TensorSource scales =
        TorchCheckpoint.open(
            OFFICIAL.resolve("transformers/mp_rank_00_model_states_fp8_map.pt"),
            Unwrapping.none(),
            REMEDY);
    assertThat(scales.tensors()).hasSize(29);
    assertThat(tensor(scales, "double_blocks.0.img_mod.linear").shape()).isEmpty();
    assertThat(tensor(scales, "single_blocks.0.linear1").shape()).containsExactly(1);
    scales
        .tensors()
        .forEach(
            (module, scale) -> {
              StoredTensor weight = tensor(quantised, module + ".weight");
              assertThat(weight.type()).isEqualTo(ScalarType.FLOAT8_E4M3FN);
              double unit = HeapTensors.doubles(scale)[0];
              double[] expected = HeapTensors.doubles(tensor(original, module + ".weight"));
              double[] found = HeapTensors.doubles(weight);
              for (int i = 0; i < found.length; i++) {
                assertThat(Math.abs(found[i] * unit - expected[i]))
                    .isLessThanOrEqualTo(Math.max(unit / 512, Math.abs(expected[i]) / 15));
              }
            });
  }

  @Test
  void viewsParametersAndEveryTypeHaveTheirValues() {
    TensorSource pickled = variant("pickle_oddities.pt", MODULE);
    TensorSource expected =
        Safetensors.openFile(Golden.path("golden/pickle_oddities.safetensors"), REMEDY);
    assertThat(contents(pickled)).hasSize(22).isEqualTo(contents(expected));
    assertThat(tensor(pickled, "expanded").isContiguous()).isFalse();
    assertThat(tensor(pickled, "transposed").strides()).containsExactly(1, 8);
  }

  @Test
  void whatLiesBesideTheWeightsIsNamedAndNotLoaded() {
    assertThatThrownBy(() -> variant("pickle_oddities.pt", Unwrapping.none()))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("\"module\" among the weights is no tensor, but a dictionary of 22")
        .hasMessageContaining("the file has the keys module, epoch");
  }
}
