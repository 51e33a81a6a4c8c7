from audits.models.anchor import Anchor, AnchorLeaf

__all__ = ["Anchor", "AnchorLeaf"]
